internal import DetectionMetrics
import Readings

/// An evaluation: the figures of the first look, and those of the second if the index takes one.
struct EvaluationOutput: Encodable {
    let first: Evaluation
    let second: Evaluation?

    private enum CodingKeys: CodingKey {
        case secondLook
    }

    /// Prints the tables, or JSON.
    func print(_ output: OutputOptions) throws {
        if output.json {
            try Console.print(json: self)
        } else {
            EvaluationTables(evaluation: first).print()
            if let second {
                Console.print("\nthe second look, at the readings it was due for:")
                EvaluationTables(evaluation: second).print()
            }
        }
        if first.pooled.ranking == nil {
            output.info("only one class is labelled: ROC-AUC and average precision need both")
        }
    }

    func encode(to encoder: any Encoder) throws {
        try first.encode(to: encoder)
        guard let second else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(second, forKey: .secondLook)
    }
}

/// An evaluation as tables of text.
struct EvaluationTables {
    let evaluation: Evaluation

    /// Prints all of them.
    func print() {
        print(meters)
        if let intervals = evaluation.intervals {
            Console.print(
                "\nall meters; the middle 95 % of \(intervals.draws) draws of \(intervals.blocks) weeks of "
                    + "meters"
            )
        } else {
            Console.print("\nall meters")
        }
        print(figures)
        Console.print("")
        print(confusion)
        Console.print("")
        Console.print(incidents)
        if !evaluation.reliability.isEmpty {
            Console.print("\nfalse alarms, nominal against realised")
            print(reliability)
        }
        Console.print("")
        Console.print(
            "threshold \(Table.number(evaluation.threshold, decimals: 2)); false alarms nominal "
                + "\(Self.percent(evaluation.nominalFalseAlarmRate)) at threshold 1, realised "
                + "\(Self.percent(evaluation.pooled.falseAlarmRate)); \(evaluation.warming) readings "
                + "without a score"
        )
    }

    private func print(_ rows: [[String]]) {
        for line in Table.lines(rows) { Console.print(line) }
    }

    private var meters: [[String]] {
        let lines = evaluation.meters.sorted { $0.key < $1.key } + [("all", evaluation.pooled)]
        let header = [
            "meter", "readings", "anomalous", "ROC-AUC", "avg prec", "VUS-PR", "precision", "recall", "F1",
            "false alarms", "incidents found", "event F1", "delay",
        ]
        return [header]
            + lines.map { name, line in
                [
                    name.text, "\(line.readings)", "\(line.anomalous)", Table.number(line.ranking?.rocAUC),
                    Table.number(line.ranking?.averagePrecision), Table.number(line.vusPR),
                    Table.number(line.precision), Table.number(line.recall), Table.number(line.f1),
                    Self.percent(line.falseAlarmRate), "\(line.incidentsFound)/\(line.incidents)",
                    Table.number(line.events.f1), Table.number(line.delay?.medianReadings, decimals: 1),
                ]
            }
    }

    private var figures: [[String]] {
        let line = evaluation.pooled
        let intervals = evaluation.intervals
        return [
            row("ROC-AUC", line.ranking?.rocAUC, intervals?.rocAUC),
            row("average precision", line.ranking?.averagePrecision, intervals?.averagePrecision),
            row("VUS-PR, buffers of 0 to \(evaluation.buffer) readings", line.vusPR, nil),
            row("precision", line.precision, intervals?.precision),
            row("recall", line.recall, intervals?.recall),
            row("F1", line.f1, intervals?.f1),
            row("false-alarm rate", line.falseAlarmRate, intervals?.falseAlarmRate, decimals: 4),
            row("event precision", line.events.precision, intervals?.eventPrecision),
            row("event recall", line.events.recall, intervals?.eventRecall),
            row("event F1", line.events.f1, intervals?.eventF1),
            row("range precision", line.ranges.precision, nil),
            row("range recall", line.ranges.recall, nil),
        ]
    }

    private func row(_ name: String, _ value: Double?, _ interval: Interval?, decimals: Int = 3) -> [String] {
        let span = interval.map {
            "\(Table.number($0.low, decimals: decimals)) to \(Table.number($0.high, decimals: decimals))"
        }
        return [name, Table.number(value, decimals: decimals), span ?? ""]
    }

    private var confusion: [[String]] {
        let confusion = evaluation.pooled.confusion
        return [
            ["", "alarm", "no alarm"],
            ["anomalous", "\(confusion.truePositives)", "\(confusion.falseNegatives)"],
            ["normal", "\(confusion.falsePositives)", "\(confusion.trueNegatives)"],
        ]
    }

    private var incidents: String {
        let events = evaluation.pooled.events
        var text =
            "\(events.found) of \(events.incidents) incidents found, \(events.falseEvents) false events "
            + "(runs of alarms outside any incident)"
        if let delay = evaluation.pooled.delay {
            text +=
                "\nfirst alarm after an incident's start: median "
                + "\(Table.number(delay.medianReadings, decimals: 1)) "
                + "readings (\(Self.span(delay.medianSeconds))), at most \(delay.longestReadings) "
                + "(\(Self.span(delay.longestSeconds))); \(delay.missed) missed, without an alarm"
        }
        return text
    }

    private var reliability: [[String]] {
        [["nominal", "realised", "middle 95 %"]]
            + evaluation.reliability.map { point in
                let span = point.interval.map { "\(Self.percent($0.low)) to \(Self.percent($0.high))" }
                return [Self.percent(point.nominal), Self.percent(point.realised), span ?? ""]
            }
    }

    /// A share in percent.
    static func percent(_ share: Double?) -> String {
        share.map { Table.number($0 * 100, decimals: 2) + " %" } ?? "-"
    }

    /// A duration in seconds, minutes, hours or days, by its length.
    static func span(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Table.number(seconds, decimals: 0)) s"
        case ..<7_200: "\(Table.number(seconds / 60, decimals: 0)) min"
        case ..<172_800: "\(Table.number(seconds / 3_600, decimals: 1)) h"
        default: "\(Table.number(seconds / 86_400, decimals: 1)) days"
        }
    }
}
