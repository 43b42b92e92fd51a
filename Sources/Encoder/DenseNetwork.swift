/// A dense autoencoder over the features (Hinton and Salakhutdinov 2006): linear layers with rectifiers
/// between them, which narrow to a bottleneck, the embedding, and widen again.
struct DenseNetwork: Network {
    static let family = EncoderFamily.autoencoder

    let standardisation: Standardisation
    let encoder: [LinearLayer]
    /// Empty if the weights have no decoder; then there is no residual.
    let decoder: [LinearLayer]

    var inputCount: Int { standardisation.mean.count }
    var outputCount: Int { encoder.last?.outputCount ?? 0 }

    func embed(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
        let embedding = Self.run(encoder, on: standardised(input))
        _ = output.update(from: embedding)
    }

    /// The root mean square difference between features and reconstruction, in deviations of the features.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float? {
        guard !decoder.isEmpty else { return nil }
        let standard = standardised(input)
        return Self.rootMeanSquare(standard, Self.run(decoder, on: Self.run(encoder, on: standard)))
    }

    private func standardised(_ input: UnsafeBufferPointer<Float>) -> [Float] {
        (0..<inputCount).map { standardisation.apply(input[$0], column: $0) }
    }

    private static func run(_ layers: [LinearLayer], on input: [Float]) -> [Float] {
        var numbers = input
        for (index, layer) in layers.enumerated() {
            numbers = [Float](unsafeUninitializedCapacity: layer.outputCount) { output, count in
                output.initialize(repeating: 0)
                numbers.withUnsafeBufferPointer { layer.apply($0, into: output) }
                count = layer.outputCount
            }
            if index < layers.count - 1 {
                for unit in numbers.indices { numbers[unit] = max(numbers[unit], 0) }
            }
        }
        return numbers
    }
}

extension DenseNetwork {
    var tensors: Safetensors {
        var weights = WeightNames()
        weights.add(standardisation)
        for (name, layers) in [("encoder", encoder), ("decoder", decoder)] {
            for (index, layer) in layers.enumerated() { weights.add(layer, "\(name).\(2 * index)") }
        }
        return weights.tensors
    }

    init(_ tensors: Safetensors, shape: WindowShape) throws(EncoderError) {
        let weights = WeightNames(tensors)
        standardisation = try weights.standardisation(count: shape.featureCount, of: "features")
        encoder = try weights.layers("encoder", inputCount: shape.featureCount)
        guard let bottleneck = encoder.last?.outputCount else {
            throw EncoderError(.badWeights, "the weights have no tensor `encoder.0.weight`")
        }
        decoder = try weights.layers("decoder", inputCount: bottleneck)
        guard decoder.isEmpty || decoder.last?.outputCount == shape.featureCount else {
            throw EncoderError(
                .badWeights,
                "the decoder outputs \(decoder.last?.outputCount ?? 0) numbers, but the windows have "
                    + "\(shape.featureCount) features"
            )
        }
    }
}
