import ArgumentParser
internal import Detection
internal import DetectionMetrics
internal import Engine
import Foundation
internal import ReadingSources
import Readings
internal import Reports
internal import Storage
internal import Text
internal import Verdicts

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compares scores with labels: ranking, alarms, incidents, false alarms.",
        discussion: """
              gridkin evaluate lead --from lead.csv.gz --label anomaly --since 2016-09-13
              gridkin evaluate --scores scores.csv --from lead.csv.gz --threshold 1.3
              gridkin evaluate --compare --from lead.csv.gz --since 2016-09-13

            Scores the readings of labelled files with an index, or takes the scores of a file, so that \
            other thresholds can be tried at once. Readings without a label count as normal. If the index \
            takes a second look, its figures follow, for the readings whose second look is due within the \
            files. docs/evaluation.md explains each figure.
            """
    )

    @Argument(help: "The index's name; not with --scores or --compare.")
    var name: String?

    @OptionGroup var indexes: IndexesOption
    @OptionGroup var unexpected: UnexpectedArguments
    @OptionGroup var readings: ReadingOptions

    @Option(
        name: .long,
        help: ArgumentHelp("A file written by `gridkin score`, instead of an index.", valueName: "file")
    )
    var scores: String?

    @Flag(
        name: .long,
        help: """
            Build an index with each encoder from the readings before --since, and compare them, their parts \
            and other detectors on the readings after. Networks take minutes each; they need \
            gridkin-trainer.
            """
    )
    var compare = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --compare: build only with this encoder. Repeat the option for more encoders; each kind of "
                + "evidence of the first one is also evaluated alone.",
            valueName: "encoder"
        )
    )
    var encoder: [String] = []

    @Option(name: .long, help: "Scores above this count as alarms.")
    var threshold = 1.0

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The longest buffer of VUS-PR, 0 to 1000 readings. (default: a day of readings)",
            valueName: "readings"
        )
    )
    var buffer: Int?

    @Option(name: .long, help: "The seed of the bootstrap draws for the intervals.")
    var seed: UInt64 = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write an HTML page with curves, scores over time, the worst errors and a map. (default: none)",
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
            throw ValidationError("--encoder goes with --compare; an index has its own encoder")
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
        let bar = ProgressBar(ProgressShare.scoring, quiet: output.quiet)
        defer { bar.finish() }
        if compare { return try await runComparison(bar: bar) }
        // Before anything is computed: a report that cannot be written must not cost the time first.
        let place = try report.map { path throws(OutputError) in try reportPlace(path) }
        let live = try name.map { name in
            try LiveIndex(indexes.folder(named: name), readonly: true, alarmLine: alarms.line())
        }
        let histories = try readings.read(
            rejects: nil,
            channels: live?.generation.columns,
            units: live?.generation.columnUnits ?? [],
            states: live?.generation.states ?? States(),
            on: live?.generation.clocks,
            after: live.flatMap { Timestamp($0.generation.manifest.last) },
            knowing: live?.generation.attributes.byMeter ?? [:],
            output: output,
            bar: bar
        ).histories
        let since = try readings.since(on: readings.clock(orOf: live?.generation.clock))
        let truth = readings.requested(of: histories, since: since)
        let scorer = live.map { BatchScorer($0) }
        let warnings = try scorer.map { try Self.warnings($0, truth) } ?? []
        for warning in warnings { output.info("warning: \(warning)") }
        let points = try await scored(truth, histories, since, scorer, bar)
        bar.finish()
        let rate = live?.generation.falseAlarmRate ?? Calibration.defaultFalseAlarmRate
        let first = try await evaluation(of: points.points, warming: points.warming, rate)
        let errors =
            report == nil
            ? nil : try scorer?.errorAnalysis(of: histories, points: points.points, threshold: threshold)
        let hasSecond = !points.secondPoints.isEmpty
        let second = hasSecond ? try await evaluation(of: points.secondPoints, warming: 0, rate) : nil
        try write(first, points.points, notes: warnings, errors, to: place)
        try EvaluationOutput(first: first, second: second).print(output)
    }

    /// The requested readings with their scores: of the index, or of a file.
    private func scored(
        _ truth: [MeterHistory],
        _ histories: [MeterHistory],
        _ since: Timestamp?,
        _ scorer: BatchScorer?,
        _ bar: ProgressBar
    ) async throws -> LabelledScores {
        guard !truth.isEmpty else {
            throw IndexError(.badRequest, "the files hold no reading between --since and --until")
        }
        var points = LabelledScores(truth: truth)
        guard points.hasLabels else {
            throw IndexError(
                .badRequest,
                "the files hold no label to compare with; name the column with --label COLUMN, or files of periods with "
                    + "--labels FILE"
            )
        }
        if let scorer {
            try await scorer.score(histories, since: since, report: bar.report) { points.add($0) }
        } else if let scores {
            try points.add(scoresFile: scores)
        }
        return points
    }

    /// The figures of one look, with their intervals.
    private func evaluation(
        of points: [Name: [Evaluation.Point]],
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

    /// Writes the page of --report and prints its path.
    private func write(
        _ evaluation: Evaluation,
        _ points: [Name: [Evaluation.Point]],
        notes: [String],
        _ errors: ErrorAnalysis?,
        to place: OutputPlace?
    ) throws {
        guard let place else { return }
        let page = EvaluationReport(
            evaluation,
            points: points,
            subject: subject,
            notes: notes,
            errors: errors
        )
        try PageFile.write(page.html, to: place)
        output.info("report: \(place.path)")
    }

    /// Where the page goes: over nothing that the command reads.
    private func reportPlace(_ path: String) throws(OutputError) -> OutputPlace {
        let index = name.map { indexes.path + "/" + $0 }
        return try OutputPlace(path, inputs: readings.places + [scores, index].compactMap(\.self))
    }

    /// What was evaluated, in a line; without folders, which mean nothing on other machines.
    private var subject: String {
        let files = readings.sourceNames.joined(separator: ", ")
        let by =
            name.map { "the index \($0)" }
            ?? "the scores in \(((scores ?? "") as NSString).lastPathComponent)"
        let since = readings.since.map { ", from \($0)" } ?? ""
        let until = readings.until.map { ", before \($0)" } ?? ""
        return "Readings of \(files)\(since)\(until), judged by \(by)."
    }

    private static func warnings(_ scorer: BatchScorer, _ truth: [MeterHistory]) throws -> [String] {
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
                "\(overlap.labelledSince) of these readings were labelled in the index since it was built, "
                    + "and are judged by their own labels"
            )
        }
        return warnings
    }
}
