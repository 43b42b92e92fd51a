/// One linear projection a channel, their results one after the other. With principal components, the default.
///
/// Good for: every meter with a few weeks of history; trains in a second, explains itself, never over-fits.
/// Channels are projected apart, because a distance over all of them together lets many quiet channels drown
/// the one that speaks.
public struct PCAEncoder: WindowEncoder, Equatable {
    /// One projection a channel, all of the same number of features.
    public let channels: [PCAProjection]

    /// How the directions were found: `pca` or `supervised`.
    public let family: EncoderFamily

    /// How many numbers of a window it takes: its features.
    public let inputCount: Int
    /// The length of one embedding.
    public let dimension: Int

    /// Each channel's part of an embedding.
    public var blocks: [Range<Int>] {
        var start = 0
        return channels.map { channel in
            defer { start += channel.dimension }
            return start..<start + channel.dimension
        }
    }

    /// An encoder of one projection a channel.
    public init(channels: [PCAProjection], family: EncoderFamily = .pca) {
        precondition(!channels.isEmpty, "an encoder has a channel")
        self.channels = channels
        self.family = family
        inputCount = channels.reduce(0) { $0 + $1.featureCount }
        dimension = channels.reduce(0) { $0 + $1.dimension }
    }

    /// An encoder from each channel's fitted components.
    ///
    /// - Parameters:
    ///   - components: one for each channel.
    ///   - dimension: how many directions a channel keeps at most; nil for all.
    ///   - whitening: 0 (none) … 1 (full).
    public init(_ components: [PrincipalComponents], dimension: Int? = nil, whitening: Float) {
        self.init(
            channels: components.map {
                PCAProjection($0, dimension: dimension ?? $0.featureCount, whitening: whitening)
            }
        )
    }

    /// Writes the embedding of one window: each channel's projection after the other.
    public func encode(
        _ features: UnsafeBufferPointer<Float>,
        into embedding: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(features.count == inputCount, "a window has \(inputCount) features")
        precondition(embedding.count == dimension, "an embedding has \(dimension) numbers")
        var feature = 0
        var place = 0
        for channel in channels {
            channel.project(
                UnsafeBufferPointer(rebasing: features[feature..<feature + channel.featureCount]),
                into: UnsafeMutableBufferPointer(rebasing: embedding[place..<place + channel.dimension])
            )
            feature += channel.featureCount
            place += channel.dimension
        }
    }
}
