internal import COpenBLAS
internal import Foundation

/// A trained neural network that maps a window to an embedding and, if it has a decoder, reconstructs the
/// window.
///
/// Forward passes use BLAS only, so that serving an index needs no library for neural networks. Weights have
/// the names and layouts of PyTorch's `state_dict`, so that any program may write them (docs/encoders.md).
protocol Network: Equatable, Sendable {
    /// The network's family.
    static var family: EncoderFamily { get }
    /// How many numbers of a window the network reads: the features and, depending on the family, the raw
    /// slots.
    var inputCount: Int { get }
    /// The length of the embedding.
    var outputCount: Int { get }
    /// The weights by name.
    var tensors: Safetensors { get }

    /// Writes the embedding of one window.
    func embed(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>)
    /// The distance between a window and its reconstruction; nil without a decoder.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float?
    /// Restores a network from its weights.
    init(_ tensors: Safetensors, shape: WindowShape) throws(EncoderError)
}

extension Network {
    /// The root mean square difference between two windows of the same length.
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
    /// One number for each row.
    let bias: [Float]

    /// The length of the input.
    let inputCount: Int
    /// The length of the output.
    var outputCount: Int { bias.count }

    /// Writes the layer's output.
    func apply(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
        precondition(
            input.count == inputCount && output.count == outputCount,
            "the input or output of a layer has the wrong length"
        )
        _ = output.update(from: bias)
        // One matrix-vector product for each window, never a matrix-matrix product for a batch: the order of
        // additions, and with it the last bit, must not depend on the size of the batch.
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

/// One layer of long short-term memory (Hochreiter and Schmidhuber 1997) with the forget gate of Gers,
/// Schmidhuber and Cummins (2000). The gates are in PyTorch's order: input, forget, candidate, output.
struct LSTMLayer: Equatable, Sendable {
    /// All four gates, computed from the step's input followed by the last hidden state: one matrix-vector
    /// product instead of two.
    let gates: LinearLayer
    /// The length of a step's input.
    let inputCount: Int

    /// The length of the hidden state.
    var hiddenCount: Int { gates.outputCount / 4 }

    /// Runs through a sequence, starting with a state of zeros.
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
