import Detection
import Encoder
import IndexSupport
import Readings
import Statistics
import Testing
import Training
import Verdicts

/// A forest as tensors: intact, and damaged in every way.
@Suite struct ForestTensorsTests {
    @Test func comesBackAsItWas() async throws {
        let forest = try await LabelledRows.blobs(200, seed: 1).trainer().train()
        let bytes = try forest.tensors.encoded()
        #expect(try Forest(Safetensors(decoding: bytes), inputCount: 10) == forest)
    }

    /// Two leaves under a fork: at most 0.5 is normal, more is anomalous.
    static let whole: [String: [Float]] = [
        "feature": [0, -1, -1], "inputs": [1], "right": [2, 0, 0], "roots": [0], "threshold": [0.5, 0, 1],
    ]

    private func forest(_ tensors: [String: [Float]], inputCount: Int = 1) throws(IndexError) -> Forest {
        let tensors = tensors.mapValues { Safetensors.Tensor(shape: [$0.count], values: $0) }
        return try Forest(Safetensors(tensors), inputCount: inputCount)
    }

    @Test func wholeOnesAreTaken() throws {
        let forest = try forest(Self.whole)
        #expect(forest.probability([0.5]) == 0 && forest.probability([0.6]) == 1)
    }

    static let damage: [(tensor: String, values: [Float]?)] = [
        // Tensors that are missing or of another length.
        ("feature", nil), ("inputs", nil), ("right", nil), ("roots", nil), ("threshold", nil),
        ("feature", [0, -1]), ("right", [2, 0]), ("threshold", [0.5, 0, 1, 1]), ("feature", []),
        ("inputs", []), ("inputs", [2]), ("inputs", [1, 1]), ("inputs", [.nan]),
        // Roots outside the nodes.
        ("roots", []), ("roots", [3]), ("roots", [-1]), ("roots", [0.5]), ("roots", [1e30]),
        ("roots", [.nan]),
        // Features that a row does not have.
        ("feature", [1, -1, -1]), ("feature", [-2, -1, -1]), ("feature", [1e30, -1, -1]),
        ("feature", [0.5, -1, -1]), ("feature", [.nan, -1, -1]), ("feature", [-.infinity, -1, -1]),
        // Walks that go in circles or leave the array.
        ("right", [0, 0, 0]), ("right", [0.5, 0, 0]), ("right", [-1, 0, 0]), ("right", [3, 0, 0]),
        ("right", [1.5, 0, 0]), ("right", [1e30, 0, 0]), ("right", [.nan, 0, 0]),
        ("right", [.infinity, 0, 0]),
        ("feature", [0, -1, 0]), ("feature", [0, 0, -1]),
        // Leaves with impossible children, and values that are no shares.
        ("right", [2, 1e30, 0]), ("right", [2, 0, .nan]), ("right", [2, -1e30, 0]),
        ("threshold", [.nan, 0, 1]), ("threshold", [0.5, .nan, 1]), ("threshold", [0.5, 0, 1.5]),
        ("threshold", [0.5, -0.5, 1]), ("threshold", [0.5, 0, .infinity]),
    ]

    @Test(arguments: 0..<damage.count) func damagedOnesAreRefused(index: Int) {
        var tensors = Self.whole
        tensors[Self.damage[index].tensor] = Self.damage[index].values
        let error = #expect(throws: IndexError.self) { try forest(tensors) }
        #expect(error?.code == .damaged)
    }

    @Test(arguments: [0, 2, -1]) func inputsMustBeThoseOfARow(count: Int) {
        #expect(throws: IndexError.self) { try forest(Self.whole, inputCount: count) }
    }

    /// Every accepted forest can be walked: no trap, no circle.
    @Test func randomTensorsAreRefusedOrWalk() {
        var random = SplitMix64(seed: 9)
        var taken = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...4, using: &random)
            func column(_ choices: [Float], _ count: Int) -> [Float] {
                (0..<count).map { _ in choices.randomElement(using: &random) ?? 0 }
            }
            let tensors = [
                "feature": column([-1, -1, 0, 0, 1], count), "inputs": [1], "roots": column([0, 1], 1),
                "right": column([0, 1, 2, 3, 2.5], count), "threshold": column([0, 0.5, 1], count),
            ]
            guard let forest = try? forest(tensors) else { continue }
            taken += 1
            #expect((0...1).contains(forest.probability([0.7])))
        }
        #expect(taken > 100)
    }
}
