/// The kinds of encoder there are; docs/encoders.md says what each is good for.
public enum EncoderFamily: String, CaseIterable, Codable, Sendable {
    /// Half-whitened principal components of the features, channel by channel: ``PCAEncoder``.
    case pca
    /// A projection of the features learnt from the labels, channel by channel: a ``PCAEncoder`` too.
    case supervised
    /// The bottleneck of a dense autoencoder over the features.
    case autoencoder
    /// The bottleneck of an LSTM autoencoder over the raw window.
    case lstm
    /// What the discriminator of an LSTM generative adversarial network makes of the raw window.
    case gan
    /// Several of the others, their embeddings one after the other: ``ConcatenatedEncoder``.
    case concatenation

    /// Whether it is a neural network, and so takes a trainer.
    public var isNeural: Bool { self == .autoencoder || self == .lstm || self == .gan }

    /// Whether it reads the raw window beside its features.
    public var readsSlots: Bool { self == .lstm || self == .gan }
}
