extension PCAEncoder {
    /// The encoder's weights as named tensors: for each channel, `channel-0` the first, `mean` and
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
    ///   - tensors: as ``tensors`` gives them.
    ///   - channelCount: how many channels there are to be.
    ///   - family: how its directions were found.
    /// - Throws: ``EncoderError`` with `badWeights` where a tensor is missing or has another shape, or where
    ///   there are to be no channels.
    public init(
        _ tensors: Safetensors,
        channelCount: Int,
        family: EncoderFamily = .pca
    ) throws(EncoderError) {
        guard channelCount > 0 else {
            throw EncoderError(
                .badWeights,
                "an encoder of \(channelCount) channels cannot be; there is at least one"
            )
        }
        var channels: [PCAProjection] = []
        for index in 0..<channelCount {
            channels.append(try PCAProjection(tensors, named: "channel-\(index)"))
        }
        guard let first = channels.first, channels.allSatisfy({ $0.featureCount == first.featureCount })
        else {
            throw EncoderError(.badWeights, "the encoder's channels differ in their number of features")
        }
        self.init(channels: channels, family: family)
    }
}
