import ArgumentParser
internal import Engine
import Foundation
internal import ReadingSources
import Readings
internal import Storage
internal import Text

struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores the readings of files, as if they were pushed one after the other.",
        discussion: """
              gridkin score lead --from lead.csv.gz --since 2016-09-13 --output scores.csv

            Each meter continues the history that the index holds. Writes one row for each reading: \
            meter,timestamp,score,p,verdict,kind,d_normal,d_anomalous. The index is not changed. If the \
            index takes a second look, second_score, second_p, second_verdict and second_kind follow; they \
            are empty for readings whose second look is not due within the file. With --why, channel and \
            sentence follow, which say why an alarm is one.
            """
    )

    @OptionGroup var index: IndexOptions
    @OptionGroup var unexpected: UnexpectedArguments
    @OptionGroup var readings: ReadingOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write. (default: stdout)", valueName: "file")
    )
    var output: String?

    @Flag(name: .long, help: "Say of each alarm which channel it is in, and why, in two more columns.")
    var why = false

    @OptionGroup var alarms: FalseAlarmOption
    @OptionGroup var printing: OutputOptions

    func validate() throws {
        if readings.from.isEmpty { throw ValidationError("name the files to read with --from FILE") }
        if !readings.labels.isEmpty {
            throw ValidationError("scores have no labels; `gridkin evaluate` compares them with --labels")
        }
        if printing.json && output == nil {
            throw ValidationError(
                "--json prints a summary on stdout, and without --output FILE the scores go there too"
            )
        }
    }

    func run() async throws {
        let folder = try index.folder()
        let place = try output.map { path throws(OutputError) in
            try OutputPlace(path, inputs: readings.places + [folder.path])
        }
        let live = try LiveIndex(folder, readonly: true, alarmLine: alarms.line())
        let bar = ProgressBar(ProgressShare.scoring, quiet: printing.quiet)
        defer { bar.finish() }
        let channels = live.generation.columns
        let read = try readings.read(
            // Beside a file only: there is no place for them beside a pipe or a device.
            rejects: place?.folder == nil ? nil : output.map { $0 + ".rejects.csv" },
            channels: channels,
            units: live.generation.columnUnits,
            states: live.generation.states,
            on: live.generation.clocks,
            after: Timestamp(live.generation.manifest.last),
            knowing: live.generation.attributes.byMeter,
            output: printing,
            bar: bar
        )
        if let path = read.summary.rejectsPath, read.summary.rejected > 0 {
            printing.info("rows that cannot be used: \(path)")
        }
        let scorer = BatchScorer(live, explains: why)
        if let warning = UnknownMeters(read.histories, of: scorer).warning {
            printing.info("warning: \(warning)")
        }
        if let warning = live.warningOfOtherIntervals(in: read.histories) {
            printing.info("warning: \(warning)")
        }
        let hasSecondLook = live.generation.manifest.secondLook != nil
        var file = try ScoresOutput(place ?? .standardOutput, hasSecondLook: hasSecondLook, explains: why)
        var summary = ScoreSummary()
        let since = try readings.since(on: readings.clock(orOf: live.generation.clock))
        try await scorer.score(read.histories, since: since, report: bar.report) { scores in
            for score in scores { summary.count(score) }
            try file.write(scores)
        }
        try file.finish()
        bar.finish()
        if summary.isEmpty { printing.info("warning: \(readings.whyNone(read.summary))") }
        if let note = file.note { printing.info("note: \(note)") }
        let isOnStdout = place?.isStandardOutput ?? true
        if !isOnStdout || printing.json { try summary.print(printing, path: output) }
    }
}
