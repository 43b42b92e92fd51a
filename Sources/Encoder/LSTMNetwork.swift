/// An LSTM autoencoder over the raw window (Malhotra and others 2016). A linear layer maps the state after
/// the last slot to the embedding, from which a second LSTM reconstructs the window.
struct LSTMNetwork: Network {
    static let family = EncoderFamily.lstm

    /// Reconstructs a window from an embedding.
    struct Decoder: Equatable, Sendable {
        let layer: LSTMLayer
        let output: LinearLayer
    }

    let shape: WindowShape
    let standardisation: Standardisation
    let encoder: LSTMLayer
    let embedding: LinearLayer
    /// Nil if the weights have no decoder; then there is no residual.
    let decoder: Decoder?

    var inputCount: Int { shape.count }
    var outputCount: Int { embedding.outputCount }

    func embed(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
        embed(standardised: standardised(input), into: output)
    }

    /// The root mean square difference between window and reconstruction, in deviations of the slots.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float? {
        let window = standardised(input)
        return reconstruction(ofStandardised: window).map { Self.rootMeanSquare(window, $0) }
    }

    /// The raw slots of an input, standardised.
    func standardised(_ input: UnsafeBufferPointer<Float>) -> [Float] {
        let slots = input[shape.featureCount..<shape.count]
        return slots.enumerated().map { index, value in
            standardisation.apply(value, column: index % shape.slotWidth)
        }
    }

    /// The reconstruction of a standardised window from its embedding; nil without a decoder.
    func reconstruction(ofStandardised window: [Float]) -> [Float]? {
        guard let decoder else { return nil }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: outputCount) { embedding in
            embedding.initialize(repeating: 0)
            embed(standardised: window, into: embedding)
            let width = shape.slotWidth
            return [Float](unsafeUninitializedCapacity: window.count) { restored, count in
                restored.initialize(repeating: 0)
                decoder.layer.run(steps: shape.slots) { _, input in
                    _ = input.update(from: embedding)
                } visit: { step, state in
                    let slot = UnsafeMutableBufferPointer(
                        rebasing: restored[step * width..<(step + 1) * width]
                    )
                    decoder.output.apply(state, into: slot)
                }
                count = window.count
            }
        }
    }

    private func embed(standardised window: [Float], into output: UnsafeMutableBufferPointer<Float>) {
        let width = shape.slotWidth
        encoder.run(steps: shape.slots) { step, input in
            _ = input.update(from: window[step * width..<(step + 1) * width])
        } visit: { step, state in
            if step == shape.slots - 1 { embedding.apply(state, into: output) }
        }
    }
}

extension LSTMNetwork {
    var tensors: Safetensors {
        var weights = WeightNames()
        add(to: &weights)
        return weights.tensors
    }

    func add(to weights: inout WeightNames) {
        weights.add(standardisation)
        weights.add(encoder, "encoder")
        weights.add(embedding, "embedding")
        if let decoder {
            weights.add(decoder.layer, "decoder")
            weights.add(decoder.output, "output")
        }
    }

    init(_ tensors: Safetensors, shape: WindowShape) throws(EncoderError) {
        let weights = WeightNames(tensors)
        self.shape = try weights.slots(of: shape)
        standardisation = try weights.standardisation(count: shape.slotWidth, of: "numbers a slot")
        encoder = try weights.lstm("encoder", inputCount: shape.slotWidth)
        embedding = try weights.layer("embedding", inputCount: encoder.hiddenCount)
        guard weights.has("decoder.weight_ih_l0") else {
            decoder = nil
            return
        }
        let layer = try weights.lstm("decoder", inputCount: embedding.outputCount)
        let output = try weights.layer("output", inputCount: layer.hiddenCount, outputCount: shape.slotWidth)
        decoder = Decoder(layer: layer, output: output)
    }
}
