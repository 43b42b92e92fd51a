import AnomalyIndex
import ArgumentParser
import Encoder
import Readings

struct WindowsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "windows",
        abstract: "Writes the windows of readings, to train an encoder of your own on.",
        discussion: """
            The folder gets encoder.json and windows.safetensors. What trains on them, gridkin-trainer or a script of \
            your own, adds weights.safetensors; `build --encoder FOLDER` takes it from there. docs/encoders.md \
            describes the files.

              gridkin windows --from lead.csv.gz --until 2016-09-13 --encoder lstm --output mine
            """
    )

    @OptionGroup var stray: StrayFiles
    @OptionGroup var readings: ReadingOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What is to be trained, which decides what a window is.",
            discussion: """
                autoencoder is a dense autoencoder over the features; lstm is an LSTM autoencoder, and gan an LSTM \
                generative adversarial network, both over the last 48 readings as they are.
                """
        ),
        transform: Self.neuralFamily
    )
    var encoder: EncoderFamily

    @Option(
        name: [.customLong("output"), .customShort("o")],
        help: ArgumentHelp("Where to.", valueName: "folder")
    )
    var folder: String

    @OptionGroup var output: OutputOptions

    private struct Written: Encodable {
        let folder: String
        let windows: Int
    }

    func validate() throws {
        if readings.from.isEmpty { throw ValidationError("name the files to read with --from FILE") }
    }

    private static func neuralFamily(_ name: String) throws -> EncoderFamily {
        guard let family = EncoderFamily(rawValue: name), family.isNeural else {
            throw ValidationError(
                "windows are for autoencoder, lstm or gan; what else there is, a build learns by itself"
            )
        }
        return family
    }

    func run() async throws {
        let bar = ProgressBar(quiet: output.quiet)
        defer { bar.finish() }
        let (summary, histories) = try readings.read(rejects: nil, output: output, bar: bar)
        let source = IndexSource(histories: histories, channels: summary.channels)
        let count = try await source.writeWindows(for: encoder, to: folder, report: bar.report)
        bar.finish()
        if output.json { return try Console.print(json: Written(folder: folder, windows: count)) }
        Console.print(
            "\(count) windows are in \(folder); now train, for example with `gridkin-trainer \(folder)`"
        )
    }
}
