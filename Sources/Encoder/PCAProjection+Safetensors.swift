extension PCAProjection {
    /// The weights as named tensors: `mean` and `inverse_deviation` (features), `weights` (dimension × features).
    func tensors(named name: String) -> Safetensors {
        Safetensors([
            "\(name)/mean": .init(shape: [featureCount], values: standardisation.mean),
            "\(name)/inverse_deviation": .init(
                shape: [featureCount],
                values: standardisation.inverseDeviation
            ),
            "\(name)/weights": .init(shape: [dimension, featureCount], values: weights),
        ])
    }

    /// Restores a projection from its tensors.
    init(_ tensors: Safetensors, named name: String) throws(EncoderError) {
        let mean = try tensors.tensor("\(name)/mean")
        let deviation = try tensors.tensor("\(name)/inverse_deviation")
        let weights = try tensors.tensor("\(name)/weights")
        guard mean.shape.count == 1, deviation.shape == mean.shape, weights.shape.count == 2,
            weights.shape[1] == mean.shape[0], weights.shape[0] > 0
        else {
            throw EncoderError(
                .badWeights,
                "the tensors of \(name) do not fit together: mean \(mean.shape), inverse_deviation "
                    + "\(deviation.shape), weights \(weights.shape); expected [f], [f], [d, f]"
            )
        }
        self.init(
            standardisation: Standardisation(mean: mean.values, inverseDeviation: deviation.values),
            weights: weights.values,
            dimension: weights.shape[0]
        )
    }
}
