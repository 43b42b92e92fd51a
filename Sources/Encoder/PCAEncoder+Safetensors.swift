extension PCAEncoder {
    /// The encoder's weights as named tensors: for each channel, `channel-0` the first, `mean` and
    /// `inverse_deviation` (features) and `weights` (dimension × features).
    public var tensors: Safetensors {
        var tensors: [String: Safetensors.Tensor] = [:]
        for (index, channel) in channels.enumerated() {
            let count = channel.featureCount
            tensors["channel-\(index)/mean"] = .init(shape: [count], values: channel.standardisation.mean)
            tensors["channel-\(index)/inverse_deviation"] = .init(
                shape: [count],
                values: channel.standardisation.inverseDeviation
            )
            tensors["channel-\(index)/weights"] = .init(
                shape: [channel.dimension, count],
                values: channel.weights
            )
        }
        return Safetensors(tensors)
    }

    /// Restores an encoder from its tensors.
    ///
    /// - Parameters:
    ///   - tensors: as ``tensors`` gives them.
    ///   - channelCount: how many channels there are to be.
    /// - Throws: ``EncoderError`` with `badWeights` where a tensor is missing or has another shape, or where
    ///   there are to be no channels.
    public init(_ tensors: Safetensors, channelCount: Int) throws(EncoderError) {
        guard channelCount > 0 else {
            throw EncoderError(
                .badWeights,
                "an encoder of \(channelCount) channels cannot be; there is at least one"
            )
        }
        var channels: [PCAProjection] = []
        for index in 0..<channelCount {
            channels.append(try Self.channel("channel-\(index)", of: tensors))
        }
        guard let first = channels.first, channels.allSatisfy({ $0.featureCount == first.featureCount })
        else {
            throw EncoderError(.badWeights, "the encoder's channels differ in their number of features")
        }
        self.init(channels: channels)
    }

    private static func channel(
        _ name: String,
        of tensors: Safetensors
    ) throws(EncoderError) -> PCAProjection {
        let mean = try tensor("\(name)/mean", of: tensors)
        let deviation = try tensor("\(name)/inverse_deviation", of: tensors)
        let weights = try tensor("\(name)/weights", of: tensors)
        guard mean.shape.count == 1, deviation.shape == mean.shape, weights.shape.count == 2,
            weights.shape[1] == mean.shape[0], weights.shape[0] > 0
        else {
            throw EncoderError(
                .badWeights,
                "the tensors of \(name) do not fit together: mean \(mean.shape), inverse_deviation "
                    + "\(deviation.shape), weights \(weights.shape); expected [f], [f], [d, f]"
            )
        }
        return PCAProjection(
            standardisation: Standardisation(mean: mean.values, inverseDeviation: deviation.values),
            weights: weights.values,
            dimension: weights.shape[0]
        )
    }

    private static func tensor(
        _ name: String,
        of tensors: Safetensors
    ) throws(EncoderError) -> Safetensors.Tensor {
        guard let tensor = tensors.tensors[name] else {
            let found = tensors.tensors.keys.sorted().joined(separator: ", ")
            throw EncoderError(.badWeights, "the weights file has no tensor `\(name)`; it has: \(found)")
        }
        return tensor
    }
}
