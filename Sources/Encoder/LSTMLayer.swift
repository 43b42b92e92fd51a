internal import Foundation

/// One layer of long short-term memory (Hochreiter and Schmidhuber 1997; the forget gate of Gers, Schmidhuber and
/// Cummins 2000), with the gates in PyTorch's order: input, forget, candidate, output.
struct LSTMLayer: Equatable, Sendable {
    /// All four gates at once, from the step's input and the last hidden state one after the other: the input's
    /// product and the state's are one product of a vector twice as long.
    let gates: LinearLayer
    /// How many numbers a step takes in.
    let inputCount: Int

    /// How many numbers the state has.
    var hiddenCount: Int { gates.outputCount / 4 }

    /// Walks a sequence from a state of zeros.
    ///
    /// - Parameters:
    ///   - steps: how many steps, at least one.
    ///   - feed: writes a step's input.
    ///   - visit: sees the hidden state after a step.
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
