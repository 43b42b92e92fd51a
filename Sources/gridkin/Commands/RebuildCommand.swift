import AnomalyIndex
import ArgumentParser

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Builds the next generation from the served one, its labels and its pushed readings.",
        discussion: """
            Nothing but the index itself is needed. A running server goes on answering from the old generation \
            and swaps to the new one by itself within a second, losing no query.

              gridkin rebuild lead
            """
    )

    @OptionGroup var index: IndexOptions

    @Option(name: .customLong("index"), help: "How banks are searched; without it, as they are now.")
    var search: BuildOptions.Search?

    @OptionGroup var encoder: EncoderOption

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = try index.folder()
        let bar = ProgressBar(quiet: output.quiet)
        let interruption = TrainingInterruption(folder, bar)
        defer {
            bar.finish()
            withExtendedLifetime(interruption) {}
        }
        let manifest = try await IndexBuilder.rebuild(
            folder,
            search: search,
            encoder: encoder.encoder,
            onLeftOvers: Console.printRemoved,
            report: bar.report
        )
        bar.finish()
        try Built(manifest, folder).tell(output)
    }
}
