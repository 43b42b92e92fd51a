internal import Charts
public import DetectionMetrics
public import Readings
internal import Verdicts

/// An evaluation as a page for people: one file without scripts that needs no network.
public struct EvaluationReport {
    let evaluation: Evaluation
    let points: [Name: [Evaluation.Point]]
    private let subject: String
    private let notes: [String]
    private let errors: ErrorAnalysis?

    /// A report on an evaluation.
    ///
    /// - Parameters:
    ///   - evaluation: the figures.
    ///   - points: the scores from which the figures were computed.
    ///   - subject: what was evaluated, in one line.
    ///   - notes: warnings about the figures, such as an overlap with the training data.
    ///   - errors: the worst errors and the map of the banks; nil without an index.
    public init(
        _ evaluation: Evaluation,
        points: [Name: [Evaluation.Point]],
        subject: String,
        notes: [String] = [],
        errors: ErrorAnalysis? = nil
    ) {
        self.evaluation = evaluation
        self.points = points
        self.subject = subject
        self.notes = notes
        self.errors = errors
    }

    /// The page.
    public var html: String {
        var page = Page(title: "How well it detects")
        page.paragraph(subject)
        for note in notes { page.paragraph(note, style: "warning") }
        add(to: &page)
        return page.html
    }

    /// Everything but the title.
    func add(to page: inout Page) {
        addFigures(to: &page)
        addCurves(to: &page)
        addTimelines(to: &page)
        guard let errors else { return }
        addMap(errors.map, to: &page)
        addCases(
            "The worst misses",
            "Readings of incidents that raised no alarm. Incidents without any alarm come first, each at its highest "
                + "score and the lowest of these first.",
            errors.misses,
            to: &page
        )
        addCases(
            "The worst false alarms",
            "The highest-scoring alarms outside any labelled incident. Some of them may be incidents without a label.",
            errors.falseAlarms,
            to: &page
        )
    }

    private func addFigures(to page: inout Page) {
        page.heading("Figures")
        let confusion = evaluation.pooled.confusion
        let figures = Page.Table(
            ["all meters", "", evaluation.intervals == nil ? "" : "middle 95 %"],
            figureRows,
            caption: evaluation.intervals.map {
                "Intervals: \($0.draws) draws of \($0.blocks) meter weeks."
            } ?? ""
        )
        let alarms = Page.Table(
            ["readings", "alarm", "no alarm"],
            [
                ["anomalous", "\(confusion.truePositives)", "\(confusion.falseNegatives)"],
                ["normal", "\(confusion.falsePositives)", "\(confusion.trueNegatives)"],
            ],
            caption: "At the threshold \(Markup.fixed(evaluation.threshold, 2)); "
                + "\(evaluation.warming) readings had no score."
        )
        page.tables([figures, alarms])
        let lines = evaluation.meters.sorted { $0.key < $1.key }
        guard lines.count > 1 else { return }
        let meters = Page.Table(
            [
                "meter", "readings", "anomalous", "ROC-AUC", "average precision", "F1", "false alarms",
                "incidents found", "false events",
            ],
            lines.prefix(200).map { Self.row($0, $1) },
            caption: lines.count > 200 ? "The first 200 of \(lines.count) meters." : ""
        )
        page.tables([meters])
    }

    private static func row(_ meter: Name, _ line: Evaluation.Line) -> [String] {
        [
            meter.text, "\(line.readings)", "\(line.anomalous)", Markup.fixed(line.ranking?.rocAUC, 3),
            Markup.fixed(line.ranking?.averagePrecision, 3), Markup.fixed(line.f1, 3),
            Markup.percent(line.falseAlarmRate), "\(line.incidentsFound) of \(line.incidents)",
            "\(line.events.falseEvents)",
        ]
    }

    private var figureRows: [[String]] {
        let line = evaluation.pooled
        let intervals = evaluation.intervals
        func row(_ name: String, _ value: Double?, _ interval: Interval?) -> [String] {
            let span = interval.map { "\(Markup.fixed($0.low, 3)) to \(Markup.fixed($0.high, 3))" }
            return [name, Markup.fixed(value, 3), span ?? ""]
        }
        var rows = [
            row("ROC-AUC", line.ranking?.rocAUC, intervals?.rocAUC),
            row("average precision", line.ranking?.averagePrecision, intervals?.averagePrecision),
            row("VUS-PR", line.vusPR, nil),
            row("precision", line.precision, intervals?.precision),
            row("recall", line.recall, intervals?.recall),
            row("F1", line.f1, intervals?.f1),
            row("event F1", line.events.f1, intervals?.eventF1),
            row("false-alarm rate", line.falseAlarmRate, intervals?.falseAlarmRate),
            ["incidents found", "\(line.events.found) of \(line.events.incidents)", ""],
            ["false events", "\(line.events.falseEvents)", ""],
        ]
        if let delay = line.delay {
            rows.append(["median delay, readings", Markup.fixed(delay.medianReadings, 1), ""])
        }
        return rows
    }

    private func addMap(_ map: BankMap, to page: inout Page) {
        page.heading("A map of the banks")
        page.paragraph(
            "Known windows in the plane in which their embeddings are most spread out. Points that are close here "
                + "may be far apart in the other dimensions. The outermost 1 % are drawn at the edge.",
            style: "note"
        )
        page.figures([(map.chart.svg, "")])
    }

    private func addCases(
        _ title: String,
        _ description: String,
        _ cases: [ErrorCase],
        to page: inout Page
    ) {
        guard !cases.isEmpty else { return }
        page.heading(title)
        page.paragraph(
            description
                + " Black: the reading's window. Blue: the nearest known normal windows. Orange, dashed: the "
                + "nearest known anomalies. Each window is in its own meter's units: 0 is the median, 1 the typical "
                + "deviation.",
            style: "note"
        )
        page.figures(cases.map { ($0.chart.svg, Self.caption($0)) })
    }

    private static func caption(_ shown: ErrorCase) -> String {
        let error = shown.misjudgement
        let length = error.length == 1 ? "a single reading" : "one of \(error.length) readings"
        let p = error.p.map { ", p \(Markup.fixed($0, 4))" } ?? ""
        var text =
            "\(shown.chart.title): \(shown.verdict.rawValue), score \(Markup.fixed(error.score, 2))\(p). "
        switch error.kind {
        case .missed: text += "Labelled \(shown.label ?? "anomalous"), \(length). "
        case .falseAlarm: text += "Not labelled, \(length) of the alarm. "
        }
        text += "Distance to normal windows \(Markup.fixed(shown.normalDistance, 2))"
        text += shown.anomalousDistance.map { ", to anomalies \(Markup.fixed($0, 2))." } ?? "."
        if let nearest = shown.neighbours.first {
            text += " Nearest normal: \(nearest.meter) at \(nearest.time)."
        }
        if let nearest = shown.neighbours.first(where: { $0.label != .normal }) {
            text += " Nearest anomaly: \(nearest.meter) at \(nearest.time)."
        }
        return text
    }
}
