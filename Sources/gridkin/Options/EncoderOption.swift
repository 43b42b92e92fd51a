import ArgumentParser

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
}
