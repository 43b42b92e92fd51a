import ArgumentParser
import Encoder
import ReadingSources
import Readings
internal import Training

struct WindowsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "windows",
        abstract: "Writes the windows of readings, for training an encoder elsewhere.",
        discussion: """
              gridkin windows --from lead.csv.gz --until 2016-09-13 --encoder lstm -o mine
              gridkin-trainer mine
              gridkin build lead --from lead.csv.gz --encoder mine

            Writes encoder.json and windows.safetensors into the folder. gridkin-trainer, or your own \
            script, trains on them and adds weights.safetensors. docs/encoders.md describes the files.
            """
    )

    @OptionGroup var unexpected: UnexpectedArguments
    @OptionGroup var readings: ReadingOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The network to train: autoencoder, lstm or gan. It decides the form of the windows.",
            discussion: """
                autoencoder is a dense autoencoder over the features; lstm is an LSTM autoencoder, and gan \
                an LSTM generative adversarial network, both over the last 48 raw readings.
                """
        ),
        transform: Self.neuralFamily
    )
    var encoder: EncoderFamily

    @Option(
        name: [.customLong("output"), .customShort("o")],
        help: ArgumentHelp("The folder to write.", valueName: "folder")
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
                "windows are for autoencoder, lstm or gan; a build trains all other encoders itself"
            )
        }
        return family
    }

    func run() async throws {
        let bar = ProgressBar(quiet: output.quiet)
        defer { bar.finish() }
        let read = try readings.read(rejects: nil, output: output, bar: bar)
        readings.warnWithoutZone(read, output)
        let source = IndexSource(
            histories: read.histories,
            channels: read.summary.channels,
            timezone: readings.zone.timezone,
            zones: read.zones
        )
        let count = try await source.writeWindows(for: encoder, to: folder, report: bar.report)
        bar.finish()
        if output.json { return try Console.print(json: Written(folder: folder, windows: count)) }
        Console.print(
            "\(count) windows are in \(folder); now train, for example with `gridkin-trainer \(folder)`"
        )
    }
}
