import AnomalyIndex
import ArgumentParser
import Readings

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compares scores with labels: ranking, alarms, incidents, realised false alarms.",
        discussion: """
            Scores the readings of labelled files with an index, or takes scores that were written before, so \
            that thresholds can be tried for free. Readings without a label count as normal. Where the index takes \
            a second look, its figures follow, of the readings it is due for within the files.

              gridkin evaluate lead --from lead.csv.gz --label anomaly --since 2016-09-13
              gridkin evaluate --scores scores.csv --from lead.csv.gz --label anomaly --threshold 1.3
            """
    )

    @Argument(help: "The index's name; not needed with --scores.")
    var name: String?

    @OptionGroup var indexes: IndexesOption
    @OptionGroup var readings: ReadingOptions

    @Option(name: .long, help: ArgumentHelp("A file that `gridkin score` has written.", valueName: "file"))
    var scores: String?

    @Option(name: .long, help: "Scores above this are alarms.")
    var threshold = 1.0

    @OptionGroup var alarms: FalseAlarmOption
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if readings.from.isEmpty { throw ValidationError("name the labelled files to read with --from FILE") }
        if (name == nil) == (scores == nil) {
            throw ValidationError("name an index to score with, or give --scores FILE")
        }
        if !threshold.isFinite { throw ValidationError("--threshold is a finite number") }
    }

    func run() async throws {
        let bar = ProgressBar(quiet: output.quiet)
        defer { bar.finish() }
        let live = try name.map { name in
            try LiveIndex(
                IndexFolder(IndexName(name), in: indexes.path),
                readonly: true,
                falseAlarmRate: alarms.rate()
            )
        }
        let (_, truth) = try readings.read(
            rejects: nil,
            values: live?.generation.manifest.channels,
            output: output,
            bar: bar
        )
        var points = LabelledScores(truth: truth)
        guard points.hasLabels else {
            throw IndexError(
                .badRequest,
                "the files hold no label to compare with; name the column with --label COLUMN"
            )
        }
        if let live {
            try await FileScorer(live).score(truth, report: bar.report) { points.add($0) }
        } else if let scores {
            try points.add(scoresFile: scores)
        }
        bar.finish()
        let evaluation = Evaluation(
            points.points,
            threshold: threshold,
            nominalFalseAlarmRate: try alarms.rate() ?? live?.generation.falseAlarmRate ?? 0.01,
            warming: points.warming
        )
        let second =
            points.secondPoints.isEmpty
            ? nil
            : Evaluation(
                points.secondPoints,
                threshold: threshold,
                nominalFalseAlarmRate: evaluation.nominalFalseAlarmRate
            )
        if output.json {
            try Console.say(json: EvaluatedLooks(first: evaluation, second: second))
        } else {
            tell(evaluation)
            if let second {
                Console.say("")
                Console.say("the second look, at the readings it was due for:")
                tell(second)
            }
        }
        if evaluation.pooled.ranking == nil {
            output.note("only one class is labelled: ROC-AUC and average precision need both")
        }
    }

    private func tell(_ evaluation: Evaluation) {
        var rows = [
            [
                "meter", "readings", "anomalous", "ROC-AUC", "avg prec", "precision", "recall", "F1",
                "specificity", "false alarms", "incidents found",
            ]
        ]
        for (meter, line) in evaluation.meters.sorted(by: { $0.key < $1.key }) {
            rows.append(row(meter, line))
        }
        rows.append(row("all", evaluation.pooled))
        for line in Table.lines(rows) { Console.say(line) }
        let confusion = evaluation.pooled.confusion
        Console.say("")
        for line in Table.lines([
            ["", "alarm", "no alarm"],
            ["anomalous", "\(confusion.truePositives)", "\(confusion.falseNegatives)"],
            ["normal", "\(confusion.falsePositives)", "\(confusion.trueNegatives)"],
        ]) { Console.say(line) }
        Console.say("")
        Console.say(
            "threshold \(Table.number(evaluation.threshold, decimals: 2)); false alarms nominal "
                + "\(percent(evaluation.nominalFalseAlarmRate)) at threshold 1, realised "
                + "\(percent(evaluation.pooled.falseAlarmRate)); \(evaluation.warming) readings without a score"
        )
    }

    private func row(_ name: String, _ line: Evaluation.Line) -> [String] {
        [
            name, "\(line.readings)", "\(line.anomalous)", Table.number(line.ranking?.rocAUC),
            Table.number(line.ranking?.averagePrecision), Table.number(line.precision),
            Table.number(line.recall), Table.number(line.f1), Table.number(line.specificity),
            percent(line.falseAlarmRate), "\(line.incidentsFound)/\(line.incidents)",
        ]
    }

    private func percent(_ share: Double?) -> String {
        share.map { Table.number($0 * 100, decimals: 2) + " %" } ?? "-"
    }
}
