import ArgumentParser
internal import Reports
internal import Storage
internal import Training

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Builds the next generation from the served one, its labels and its pushed readings.",
        discussion: """
              gridkin rebuild lead

            Needs no files but the index itself. A running server answers from the old generation meanwhile, \
            changes to the new one within a second, and loses no query.
            """
    )

    @OptionGroup var index: IndexOptions

    @Option(
        name: .customLong("index"),
        help: "How the known windows are searched: auto, flat or ivf. (default: as they are now)"
    )
    var search: BuildOptions.Search?

    @OptionGroup var encoder: EncoderOption

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = try index.folder()
        let bar = ProgressBar(ProgressShare.build, quiet: output.quiet)
        let interruption = TrainingInterruption(folder, bar)
        defer {
            bar.finish()
            withExtendedLifetime(interruption) {}
        }
        let manifest = try await IndexBuilder.rebuild(
            folder,
            search: search,
            encoder: encoder.encoder,
            page: BuildReport.draw,
            onStaleBuilds: {
                Console.printRemoved($0)
                Console.printRestricted(folder.restrictAccess())
            },
            report: bar.report
        )
        bar.finish()
        try BuildSummaryOutput(manifest, folder).print(output)
    }
}
