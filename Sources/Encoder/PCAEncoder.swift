/// One linear projection for each channel, with the results joined. With principal components, this is the
/// default encoder.
///
/// It suits every meter with a few weeks of history: it trains in a second, can be inspected, and does not
/// over-fit. Each channel has its own projection, because in a joint one many unremarkable channels would
/// hide the one that deviates.
public struct PCAEncoder: WindowEncoder, Equatable {
    /// One projection for each channel.
    public let channels: [PCAProjection]

    /// How the directions were found: `pca` or `supervised`.
    public let family: EncoderFamily

    /// The number of features of a window; it reads nothing else.
    public let inputCount: Int
    /// The length of one embedding.
    public let dimension: Int

    /// The part of an embedding that belongs to each channel.
    public var blocks: [Range<Int>] {
        var start = 0
        return channels.map { channel in
            defer { start += channel.dimension }
            return start..<start + channel.dimension
        }
    }

    /// An encoder with one projection for each channel.
    public init(channels: [PCAProjection], family: EncoderFamily = .pca) {
        precondition(!channels.isEmpty, "an encoder needs at least one channel")
        self.channels = channels
        self.family = family
        inputCount = channels.reduce(0) { $0 + $1.featureCount }
        dimension = channels.reduce(0) { $0 + $1.dimension }
    }

    /// Makes an encoder from the fitted components of each channel.
    ///
    /// - Parameters:
    ///   - components: one set for each channel.
    ///   - dimension: how many directions each channel keeps at most; nil for all.
    ///   - whitening: 0 (none) … 1 (full).
    public init(_ components: [PrincipalComponents], dimension: Int? = nil, whitening: Float) {
        self.init(
            channels: components.map {
                PCAProjection($0, dimension: dimension ?? $0.featureCount, whitening: whitening)
            }
        )
    }

    /// Writes the embedding of one window: the projections of all channels in order.
    public func encode(
        _ features: UnsafeBufferPointer<Float>,
        into embedding: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(features.count == inputCount, "a window has \(inputCount) features")
        precondition(embedding.count == dimension, "an embedding has \(dimension) numbers")
        var feature = 0
        var start = 0
        for channel in channels {
            channel.project(
                UnsafeBufferPointer(rebasing: features[feature..<feature + channel.featureCount]),
                into: UnsafeMutableBufferPointer(rebasing: embedding[start..<start + channel.dimension])
            )
            feature += channel.featureCount
            start += channel.dimension
        }
    }
}

extension PCAEncoder {
    /// The encoder's weights as named tensors. Each channel, starting with `channel-0`, has `mean` and
    /// `inverse_deviation` (features) and `weights` (dimension × features).
    public var tensors: Safetensors {
        var tensors: [String: Safetensors.Tensor] = [:]
        for (index, channel) in channels.enumerated() {
            tensors.merge(channel.tensors(named: "channel-\(index)").tensors) { $1 }
        }
        return Safetensors(tensors)
    }

    /// Restores an encoder from its tensors.
    ///
    /// - Parameters:
    ///   - tensors: as returned by ``tensors``.
    ///   - channelCount: the number of channels.
    ///   - family: how the directions were found.
    /// - Throws: ``EncoderError`` with `badWeights` if a tensor is missing or has the wrong shape, or if
    ///   `channelCount` is below 1.
    public init(
        _ tensors: Safetensors,
        channelCount: Int,
        family: EncoderFamily = .pca
    ) throws(EncoderError) {
        guard channelCount > 0 else {
            throw EncoderError(
                .badWeights,
                "an encoder needs at least 1 channel, not \(channelCount)"
            )
        }
        var channels: [PCAProjection] = []
        for index in 0..<channelCount {
            channels.append(try PCAProjection(tensors, named: "channel-\(index)"))
        }
        self.init(channels: channels, family: family)
    }
}
