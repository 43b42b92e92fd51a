import AnomalyIndex
import ArgumentParser
import Encoder
import Foundation

/// Which encoder embeds the windows.
struct EncoderOption: ParsableArguments {
    @Option(
        name: .customLong("encoder"),
        help: ArgumentHelp(
            """
            What embeds the windows: auto, pca, supervised, autoencoder, lstm, gan, several of them joined by +, or a \
            folder of your own weights (docs/encoders.md). Without it, auto; for a rebuild, as the last time.
            """,
            valueName: "encoder"
        ),
        transform: { try EncoderChoice($0) }
    )
    var encoder: EncoderChoice?

    /// As a manifest keeps it: of a folder its name alone.
    var words: String? {
        switch encoder {
        case nil: nil
        case .automatic: "auto"
        case .families(let families): families.map(\.rawValue).joined(separator: "+")
        case .own(let folder): URL(fileURLWithPath: folder).lastPathComponent
        }
    }
}
