import AnomalyIndex
import ArgumentParser
import Foundation
import Readings

struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores the readings of files, as if they were pushed one after the other.",
        discussion: """
            Each meter goes on from the history the index holds. Writes one row a reading: \
            meter,timestamp,score,p,verdict,kind,d_normal,d_anomalous. Nothing is kept in the index. Where it \
            takes a second look, second_score, second_p, second_verdict and second_kind follow, empty for \
            readings whose second look is not due within the file.

              gridkin score lead --from lead.csv.gz --since 2016-09-13 --output scores.csv
            """
    )

    @OptionGroup var index: IndexOptions
    @OptionGroup var stray: StrayFiles
    @OptionGroup var readings: ReadingOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write; without it, stdout.", valueName: "file")
    )
    var output: String?

    @OptionGroup var alarms: FalseAlarmOption
    @OptionGroup var telling: OutputOptions

    func validate() throws {
        if readings.from.isEmpty { throw ValidationError("name the files to read with --from FILE") }
        if telling.json && output == nil {
            throw ValidationError("--json tells about the scores, which are on stdout without --output FILE")
        }
    }

    func run() async throws {
        let live = try LiveIndex(try index.folder(), readonly: true, alarmLine: alarms.line())
        let bar = ProgressBar(quiet: telling.quiet)
        defer { bar.finish() }
        let channels = live.generation.manifest.channels
        let (_, histories) = try readings.read(
            rejects: output.map { $0 + ".rejects.csv" },
            values: channels,
            after: Timestamp(live.generation.manifest.last),
            output: telling,
            bar: bar
        )
        let scorer = FileScorer(live)
        if let warning = UnknownMeters(histories, of: scorer).warning { telling.info("warning: \(warning)") }
        let hasSecondLook = live.generation.manifest.secondLook != nil
        var file = try ScoresOutput(output, hasSecondLook: hasSecondLook)
        var summary = ScoreSummary()
        try await scorer.score(histories, since: readings.since, report: bar.report) { scores in
            for score in scores { summary.count(score) }
            try file.write(scores)
        }
        try file.close()
        bar.finish()
        if output != nil || telling.json { try summary.tell(telling, path: output) }
    }
}
