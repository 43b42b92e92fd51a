/// A generative adversarial network over the raw window: a generator that turns a latent point into a window,
/// and a discriminator that distinguishes real windows from generated ones. The discriminator's features are
/// the embedding.
///
/// The residual combines residual loss and feature loss, as in TAnoGAN (Bashar and Nayak 2020). TAnoGAN
/// searches for a window's latent point by 300 steps of gradient descent. Here an encoder, trained together
/// with the generator, computes it in one pass, as in f-AnoGAN (Schlegl and others 2019).
struct GANNetwork: Network {
    static let family = EncoderFamily.gan
    /// TAnoGAN's share of the feature loss.
    private static let featureShare: Float = 0.1

    /// The generator, with the encoder that computes a window's latent point.
    let generator: LSTMNetwork
    let discriminator: LSTMLayer

    var inputCount: Int { generator.inputCount }
    var outputCount: Int { discriminator.hiddenCount }

    func embed(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
        discriminate(generator.standardised(input), into: output)
    }

    /// 0.9 times the mean absolute difference between a window and its reconstruction, plus 0.1 times that
    /// between their features in the discriminator.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float? {
        let window = generator.standardised(input)
        guard let restored = generator.reconstruction(ofStandardised: window) else { return nil }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * outputCount) { features in
            features.initialize(repeating: 0)
            let real = UnsafeMutableBufferPointer(rebasing: features[..<outputCount])
            let generated = UnsafeMutableBufferPointer(rebasing: features[outputCount...])
            discriminate(window, into: real)
            discriminate(restored, into: generated)
            return (1 - Self.featureShare) * Self.meanDifference(window, restored)
                + Self.featureShare * Self.meanDifference(real, generated)
        }
    }

    private static func meanDifference(
        _ one: some Collection<Float>,
        _ other: some Collection<Float>
    ) -> Float {
        var sum: Float = 0
        for (one, other) in zip(one, other) { sum += abs(one - other) }
        return sum / Float(max(one.count, 1))
    }

    private func discriminate(_ window: [Float], into output: UnsafeMutableBufferPointer<Float>) {
        let width = generator.shape.slotWidth
        let last = generator.shape.slots - 1
        discriminator.run(steps: generator.shape.slots) { step, input in
            _ = input.update(from: window[step * width..<(step + 1) * width])
        } visit: { step, state in
            if step == last { _ = output.update(from: state) }
        }
    }
}

extension GANNetwork {
    var tensors: Safetensors {
        var weights = WeightNames()
        generator.add(to: &weights)
        weights.add(discriminator, "discriminator")
        return weights.tensors
    }

    init(_ tensors: Safetensors, shape: WindowShape) throws(EncoderError) {
        generator = try LSTMNetwork(tensors, shape: shape)
        discriminator = try WeightNames(tensors).lstm("discriminator", inputCount: shape.slotWidth)
    }
}
