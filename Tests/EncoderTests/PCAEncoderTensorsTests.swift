import Encoder
import Testing

/// Well-formed tensors that do not form an encoder.
@Suite struct PCAEncoderTensorsTests {
    typealias Tensor = Safetensors.Tensor

    static let whole: [String: Tensor] = [
        "channel-0/mean": Tensor(shape: [2], values: [0, 0]),
        "channel-0/inverse_deviation": Tensor(shape: [2], values: [1, 1]),
        "channel-0/weights": Tensor(shape: [1, 2], values: [1, 0]),
    ]

    static let changes: [(String, Tensor?)] = [
        ("channel-0/mean", nil),
        ("channel-0/inverse_deviation", nil),
        ("channel-0/weights", nil),
        ("channel-0/mean", Tensor(shape: [3], values: [0, 0, 0])),
        ("channel-0/mean", Tensor(shape: [1, 2], values: [0, 0])),
        ("channel-0/mean", Tensor(shape: [], values: [0])),
        ("channel-0/inverse_deviation", Tensor(shape: [1], values: [0])),
        ("channel-0/weights", Tensor(shape: [2], values: [1, 0])),
        ("channel-0/weights", Tensor(shape: [2, 1], values: [1, 0])),
        ("channel-0/weights", Tensor(shape: [0, 2], values: [])),
        ("channel-0/weights", Tensor(shape: [1, 1, 2], values: [1, 0])),
    ]

    @Test func completeTensorsAreAccepted() throws {
        let encoder = try PCAEncoder(Safetensors(Self.whole), channelCount: 1)
        #expect(encoder.inputCount == 2 && encoder.dimension == 1)
        #expect(encoder.encode([3, 4]) == [3])
    }

    @Test(arguments: 0..<changes.count) func incompleteTensorsAreRefused(index: Int) {
        var tensors = Self.whole
        tensors[Self.changes[index].0] = Self.changes[index].1
        let error = #expect(throws: EncoderError.self) {
            try PCAEncoder(Safetensors(tensors), channelCount: 1)
        }
        #expect(error?.code == .badWeights)
    }

    @Test(arguments: [0, 2, -1, .min]) func everyChannelIsRequired(count: Int) {
        let error = #expect(throws: EncoderError.self) {
            try PCAEncoder(Safetensors(Self.whole), channelCount: count)
        }
        #expect(error?.code == .badWeights)
    }

    /// A state has fewer features than a quantity.
    @Test func channelsMayHaveOtherFeatures() throws {
        var tensors = Self.whole
        tensors["channel-1/mean"] = Tensor(shape: [1], values: [0])
        tensors["channel-1/inverse_deviation"] = Tensor(shape: [1], values: [1])
        tensors["channel-1/weights"] = Tensor(shape: [1, 1], values: [1])
        let encoder = try PCAEncoder(Safetensors(tensors), channelCount: 2)
        #expect(encoder.inputCount == 3 && encoder.tensors.tensors == tensors)
    }
}
