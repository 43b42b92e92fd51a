internal import COpenBLAS
internal import Foundation

/// A trained neural network: from the numbers of a window to an embedding, and back as far as it can.
///
/// Computed on BLAS: serving an index needs no library of neural networks. Weights have the names and layouts
/// of PyTorch's `state_dict`, so that they may come from any program (docs/encoders.md).
protocol Network: Equatable, Sendable {
    /// Its family.
    static var family: EncoderFamily { get }
    /// How many numbers of a window it reads: the features and, if it reads them, the raw slots.
    var inputCount: Int { get }
    /// The length of its embedding.
    var outputCount: Int { get }
    /// Its weights by name.
    var tensors: Safetensors { get }

    /// Writes the embedding of one window.
    func embed(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>)
    /// How far the network's reconstruction of a window lies from the window; nil without a decoder.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float?
    /// Restores a network from its weights.
    init(_ tensors: Safetensors, shape: WindowShape) throws(EncoderError)
}

extension Network {
    /// The root of the mean squared difference of two windows of one length.
    static func rootMeanSquare(_ window: [Float], _ restored: [Float]) -> Float {
        var sum: Float = 0
        for (one, other) in zip(window, restored) { sum += (one - other) * (one - other) }
        return (sum / Float(window.count)).squareRoot()
    }
}

/// One dense layer, `y = W x + b`: PyTorch's `Linear`.
struct LinearLayer: Equatable, Sendable {
    /// `outputCount` rows of `inputCount` weights.
    let weights: [Float]
    /// One per row.
    let bias: [Float]

    /// How many numbers go in.
    let inputCount: Int
    /// How many numbers come out.
    var outputCount: Int { bias.count }

    /// Writes the layer's output.
    func apply(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
        precondition(input.count == inputCount && output.count == outputCount, "a layer's sizes are fixed")
        _ = output.update(from: bias)
        // One matrix-vector product per window, never a matrix-matrix product per batch: the order of
        // additions, and with it the last bit, must not depend on how many windows came together.
        cblas_sgemv(
            CblasRowMajor,
            CblasNoTrans,
            Int32(outputCount),
            Int32(inputCount),
            1,
            weights,
            Int32(inputCount),
            input.baseAddress,
            1,
            1,
            output.baseAddress,
            1
        )
    }
}

/// One layer of long short-term memory (Hochreiter and Schmidhuber 1997; the forget gate of Gers, Schmidhuber
/// and Cummins 2000), with the gates in PyTorch's order: input, forget, candidate, output.
struct LSTMLayer: Equatable, Sendable {
    /// All four gates at once, from the step's input followed by the last hidden state: one product of a
    /// longer vector in place of two.
    let gates: LinearLayer
    /// How many numbers a step reads.
    let inputCount: Int

    /// How many numbers the state has.
    var hiddenCount: Int { gates.outputCount / 4 }

    /// Runs through a sequence, from a state of zeros.
    ///
    /// - Parameters:
    ///   - steps: how many steps, at least one.
    ///   - feed: writes a step's input.
    ///   - visit: receives the hidden state after a step.
    func run(
        steps: Int,
        feed: (Int, UnsafeMutableBufferPointer<Float>) -> Void,
        visit: (Int, UnsafeBufferPointer<Float>) -> Void
    ) {
        let hidden = hiddenCount
        withUnsafeTemporaryAllocation(of: Float.self, capacity: inputCount + 6 * hidden) { scratch in
            scratch.initialize(repeating: 0)
            let both = UnsafeMutableBufferPointer(rebasing: scratch[..<(inputCount + hidden)])
            let input = UnsafeMutableBufferPointer(rebasing: both[..<inputCount])
            let state = UnsafeMutableBufferPointer(rebasing: both[inputCount...])
            let cell = UnsafeMutableBufferPointer(
                rebasing: scratch[(inputCount + hidden)..<(inputCount + 2 * hidden)]
            )
            let gate = UnsafeMutableBufferPointer(rebasing: scratch[(inputCount + 2 * hidden)...])
            for step in 0..<steps {
                feed(step, input)
                gates.apply(UnsafeBufferPointer(both), into: gate)
                for unit in 0..<hidden {
                    let kept = sigmoid(gate[hidden + unit]) * cell[unit]
                    cell[unit] = kept + sigmoid(gate[unit]) * tanhf(gate[2 * hidden + unit])
                    state[unit] = sigmoid(gate[3 * hidden + unit]) * tanhf(cell[unit])
                }
                visit(step, UnsafeBufferPointer(state))
            }
        }
    }

    private func sigmoid(_ value: Float) -> Float { 1 / (1 + expf(-value)) }
}
