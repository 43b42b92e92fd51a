import AnomalyIndex
import ArgumentParser
import Foundation
import Readings

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compares scores with labels: ranking, alarms, incidents, realised false alarms.",
        discussion: """
            Scores the readings of labelled files with an index, or takes scores that were written before, so \
            that thresholds can be tried for free. Readings without a label count as normal. Where the index takes \
            a second look, its figures follow, of the readings it is due for within the files. docs/evaluation.md \
            says what each figure is.

              gridkin evaluate lead --from lead.csv.gz --label anomaly --since 2016-09-13
              gridkin evaluate --scores scores.csv --from lead.csv.gz --label anomaly --threshold 1.3
              gridkin evaluate --compare --from lead.csv.gz --label anomaly --since 2016-09-13
            """
    )

    @Argument(help: "The index's name; not needed with --scores.")
    var name: String?

    @OptionGroup var indexes: IndexesOption
    @OptionGroup var stray: StrayFiles
    @OptionGroup var readings: ReadingOptions

    @Option(name: .long, help: ArgumentHelp("A file that `gridkin score` has written.", valueName: "file"))
    var scores: String?

    @Flag(
        name: .long,
        help: """
            Build from what is before --since with every encoder, and compare them, their parts and other detectors \
            on the rest. Networks take minutes each, and are left out where gridkin-trainer is not there.
            """
    )
    var compare = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --compare: this encoder only; may be given several times, and the first is taken apart.",
            valueName: "encoder"
        )
    )
    var encoder: [String] = []

    @Option(name: .long, help: "Scores above this are alarms.")
    var threshold = 1.0

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The longest buffer of VUS-PR; without it, a day of readings.",
            valueName: "readings"
        )
    )
    var buffer: Int?

    @Option(name: .long, help: "The seed of the draws behind the intervals.")
    var seed: UInt64 = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write a page with curves, scores over time, the worst mistakes and a map.",
            valueName: "file"
        )
    )
    var report: String?

    @OptionGroup var alarms: FalseAlarmOption
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if readings.from.isEmpty { throw ValidationError("name the labelled files to read with --from FILE") }
        if compare { return try validateComparison() }
        if !encoder.isEmpty {
            throw ValidationError("--encoder chooses what --compare builds; an index has its own")
        }
        if (name == nil) == (scores == nil) {
            throw ValidationError("name an index to score with, or give --scores FILE")
        }
        if let buffer, !(0...1000).contains(buffer) {
            throw ValidationError("--buffer is a number of readings from 0 to 1000")
        }
        if !threshold.isFinite { throw ValidationError("--threshold is a finite number") }
    }

    func run() async throws {
        let bar = ProgressBar(quiet: output.quiet)
        defer { bar.finish() }
        if compare { return try await runComparison(bar: bar) }
        let live = try name.map { name in
            try LiveIndex(
                indexes.folder(named: name),
                readonly: true,
                alarmLine: alarms.line()
            )
        }
        let (_, histories) = try readings.read(
            rejects: nil,
            values: live?.generation.manifest.channels,
            after: live.flatMap { Timestamp($0.generation.manifest.last) },
            output: output,
            bar: bar
        )
        let truth = readings.asked(of: histories)
        guard !truth.isEmpty else {
            throw IndexError(.badRequest, "the files hold no reading between --since and --until")
        }
        var points = LabelledScores(truth: truth)
        guard points.hasLabels else {
            throw IndexError(
                .badRequest,
                "the files hold no label to compare with; name the column with --label COLUMN"
            )
        }
        let scorer = live.map { FileScorer($0) }
        let warnings = try scorer.map { try Self.warnings($0, truth) } ?? []
        for warning in warnings { output.info("warning: \(warning)") }
        if let scorer {
            try await scorer.score(histories, since: readings.since, report: bar.report) { points.add($0) }
        } else if let scores {
            try points.add(scoresFile: scores)
        }
        bar.finish()
        let rate = live?.generation.falseAlarmRate ?? Calibration.usualFalseAlarmRate
        let evaluation = try await evaluation(of: points.points, warming: points.warming, rate)
        let cases = report == nil ? nil : try scorer?.cases(histories, points.points, threshold: threshold)
        try write(evaluation, points.points, notes: warnings, cases)
        let hasSecond = !points.secondPoints.isEmpty
        let second = hasSecond ? try await self.evaluation(of: points.secondPoints, warming: 0, rate) : nil
        try tell(EvaluatedLooks(first: evaluation, second: second))
    }

    /// The figures of one look, with their intervals.
    private func evaluation(
        of points: [String: [Evaluation.Point]],
        warming: Int,
        _ nominalFalseAlarmRate: Double
    ) async throws -> Evaluation {
        try await Evaluation(
            points,
            threshold: threshold,
            nominalFalseAlarmRate: nominalFalseAlarmRate,
            warming: warming,
            buffer: buffer
        ).with(Bootstrap(points, threshold: threshold), seed: seed)
    }

    private func tell(_ looks: EvaluatedLooks) throws {
        if output.json {
            try Console.print(json: looks)
        } else {
            EvaluationTables(evaluation: looks.first).tell()
            if let second = looks.second {
                Console.print("")
                Console.print("the second look, at the readings it was due for:")
                EvaluationTables(evaluation: second).tell()
            }
        }
        if looks.first.pooled.ranking == nil {
            output.info("only one class is labelled: ROC-AUC and average precision need both")
        }
    }

    /// Writes the page, where one is wanted.
    private func write(
        _ evaluation: Evaluation,
        _ points: [String: [Evaluation.Point]],
        notes: [String],
        _ cases: CaseBook?
    ) throws {
        guard let report else { return }
        let page = EvaluationReport(
            evaluation,
            points: points,
            subject: subject,
            notes: notes,
            cases: cases
        )
        try PageFile.write(page.html, to: report)
    }

    /// What was evaluated, in a line; without folders, which say nothing to others.
    private var subject: String {
        let files = readings.from.map { ($0 as NSString).lastPathComponent }.joined(separator: ", ")
        let by =
            name.map { "the index \($0)" }
            ?? "the scores in \(((scores ?? "") as NSString).lastPathComponent)"
        let since = readings.since.map { ", from \($0)" } ?? ""
        let until = readings.until.map { ", before \($0)" } ?? ""
        return "Readings of \(files)\(since)\(until), judged by \(by)."
    }

    private static func warnings(_ scorer: FileScorer, _ truth: [MeterHistory]) throws -> [String] {
        let overlap = try scorer.overlap(with: truth)
        var warnings: [String] = []
        if let warning = UnknownMeters(truth, of: scorer).warning { warnings.append(warning) }
        if overlap.builtFrom > 0 {
            warnings.append(
                "the index was built from \(overlap.builtFrom) of these readings and knows their labels: the "
                    + "figures say nothing about new ones; build with --until, evaluate with --since"
            )
        }
        if overlap.labelledSince > 0 {
            warnings.append(
                "\(overlap.labelledSince) of these readings were labelled in the index since it was built, and "
                    + "are judged by their own labels"
            )
        }
        return warnings
    }
}
