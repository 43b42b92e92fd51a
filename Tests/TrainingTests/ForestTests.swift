import Detection
import DetectionMetrics
import Encoder
import IndexSupport
import Readings
import Statistics
import Testing
import Training

@Suite struct ForestTests {
    /// The naive twin of a walk, by recursion.
    private func walk(_ forest: Forest, _ row: [Float], from index: Int) -> Float {
        let node = forest.nodes[index]
        guard node.feature >= 0 else { return node.threshold }
        let goesLeft = row[Int(node.feature)] <= node.threshold
        return walk(forest, row, from: goesLeft ? index + 1 : Int(node.right))
    }

    /// Which rows reach which leaf of a tree, found by walking all rows at once.
    private func leaves(
        _ forest: Forest,
        _ rows: [[Float]],
        _ numbers: [Int],
        from index: Int
    ) -> [Int: [Int]] {
        let node = forest.nodes[index]
        guard node.feature >= 0 else { return [index: numbers] }
        let left = numbers.filter { rows[$0][Int(node.feature)] <= node.threshold }
        let right = numbers.filter { rows[$0][Int(node.feature)] > node.threshold }
        return leaves(forest, rows, left, from: index + 1)
            .merging(leaves(forest, rows, right, from: Int(node.right))) { $0 + $1 }
    }

    @Test func equalSeedsGrowEqualForests() async throws {
        let blobs = LabelledRows.blobs(300, seed: 1)
        let forest = try await blobs.trainer(seed: 5).train()
        #expect(try await blobs.trainer(seed: 5).train() == forest)
        #expect(try await blobs.trainer(seed: 6).train() != forest)
        #expect(forest.roots.count == ForestTrainer.treeCount && forest.inputCount == 10)
    }

    @Test func eachWalkIsThatOfItsTwin() async throws {
        let forest = try await LabelledRows.blobs(400, apart: 1, seed: 2).trainer().train()
        var random = SplitMix64(seed: 3)
        let odd: [Float] = [Forest.unknown, 0, -0.0, .greatestFiniteMagnitude, -1e30, .infinity, .nan]
        for _ in 0..<200 {
            let row = (0..<10).map { _ in
                Bool.random(using: &random)
                    ? Float.random(in: -4...4, using: &random) : odd.randomElement(using: &random) ?? 0
            }
            let sum = forest.roots.reduce(Float(0)) { $0 + walk(forest, row, from: Int($1)) }
            try #require(forest.probability(row) == Double(sum) / Double(forest.roots.count))
        }
    }

    /// Children farther away than sixteen bits can express, and numbers of trees that do not fill the vector
    /// lanes.
    @Test(arguments: [1, 15, 16, 17, 111, 112, 113, 225]) func walksFarAndWide(trees: Int) throws {
        let far = 70_000
        var features = [Float](repeating: -1, count: far + 1)
        var rights = [Float](repeating: 0, count: far + 1)
        var thresholds = (0...far).map { Float($0 % 97) / 97 }
        for (fork, right) in [(0, trees == 17 ? far : 9), (2, 6), (3, 5)] {
            (features[fork], rights[fork], thresholds[fork]) = (Float(fork % 2), Float(right), 0.5)
        }
        let roots = (0..<trees).map { [0, 2, 3, 4][$0 % 4] }
        let tensors = [
            "feature": features, "inputs": [2], "right": rights, "roots": roots.map(Float.init),
            "threshold": thresholds,
        ].mapValues { Safetensors.Tensor(shape: [$0.count], values: $0) }
        let forest = try Forest(Safetensors(tensors), inputCount: 2)
        for row in [[0, 0], [1, 0], [0, 1], [1, 1], [0.5, .nan], [-.infinity, .infinity]] as [[Float]] {
            let sum = roots.reduce(Float(0)) { $0 + walk(forest, row, from: $1) }
            #expect(forest.probability(row) == Double(sum) / Double(trees))
        }
    }

    @Test(arguments: [Float(0.5), 2]) func leavesHoldEnoughRows(apart: Float) async throws {
        let blobs = LabelledRows.blobs(500, apart: apart, seed: 4)
        let forest = try await blobs.trainer().train()
        for root in forest.roots {
            let leaves = leaves(forest, blobs.rows, Array(blobs.rows.indices), from: Int(root))
            #expect(leaves.count > 10 && leaves.values.reduce(0) { $0 + $1.count } == blobs.rows.count)
            for (index, rows) in leaves {
                let anomalies = rows.count { blobs.anomalous[$0] }
                try #require(rows.count >= ForestTrainer.leastLeaf)
                try #require(forest.nodes[index].threshold == Float(anomalies) / Float(rows.count))
            }
        }
    }

    @Test func separatesWhatIsApart() async throws {
        let forest = try await LabelledRows.blobs(600, seed: 5).trainer().train()
        let later = LabelledRows.blobs(600, seed: 6)
        let scores = later.rows.map(forest.probability)
        let ranking = try #require(Ranking(scores: scores, anomalous: later.anomalous))
        #expect(ranking.rocAUC > 0.95)
        #expect(scores.allSatisfy { (0...1).contains($0) })
    }

    @Test func doesNotSeparateWhatIsNot() async throws {
        let forest = try await LabelledRows.blobs(600, apart: 0, seed: 5).trainer().train()
        let later = LabelledRows.blobs(600, apart: 0, seed: 6)
        let ranking = try #require(
            Ranking(scores: later.rows.map(forest.probability), anomalous: later.anomalous)
        )
        #expect(abs(ranking.rocAUC - 0.5) < 0.1)
    }

    @Test(arguments: [0.0, 1.0]) func ofOneClassIsSureOfIt(share: Double) async throws {
        let forest = try await LabelledRows.blobs(50, share: share, seed: 7).trainer().train()
        #expect(forest.nodes.count == ForestTrainer.treeCount)
        #expect(forest.probability([Float](repeating: 3, count: 10)) == share)
    }

    @Test func ofConstantInputsKnowsTheShare() async throws {
        let rows = LabelledRows(
            rows: [[Float]](repeating: [4, Forest.unknown], count: 40),
            anomalous: (0..<40).map { $0 % 4 == 0 }
        )
        let forest = try await rows.trainer().train()
        #expect(forest.nodes.count == ForestTrainer.treeCount)
        #expect(forest.probability([4, 0]) == 0.25 && forest.probability([-100, 7]) == 0.25)
    }

    /// Two neighbouring values with none between them: only the lower one can be the threshold.
    @Test func splitsNeighbouringNumbers() async throws {
        let values = [Float(1), Float(1).nextUp]
        let rows = LabelledRows(
            rows: (0..<20).map { [values[$0 % 2]] },
            anomalous: (0..<20).map { $0 % 2 == 1 }
        )
        let forest = try await rows.trainer().train()
        #expect(forest.probability([values[0]]) == 0 && forest.probability([values[1]]) == 1)
    }

    @Test(arguments: 0..<6) func ofFewRowsHasOneLeaf(count: Int) async throws {
        let rows = LabelledRows(
            rows: (0..<count).map { [Float($0)] },
            anomalous: (0..<count).map { $0 == 0 }
        )
        let trainer = ForestTrainer(
            columns: [rows.rows.map { $0[0] }],
            anomalous: rows.anomalous,
            seed: 1
        )
        let forest = try await trainer.train()
        #expect(forest.nodes.count == ForestTrainer.treeCount)
        #expect(abs(forest.probability([0]) - (count == 0 ? 0 : 1 / Double(count))) < 1e-6)
    }

    @Test func whatIsNotKnownLiesBelowWhatIs() async throws {
        let monday: Int64 = 1_451_865_600_000
        let row = ForestInput.row([1, .nan, .infinity, -.infinity], meter: nil, local: monday)
        #expect(row.count == 4 + ForestInput.contextCount)
        #expect(row == [1, Forest.unknown, Forest.unknown, Forest.unknown, 0, 1, 0, Forest.unknown])
        // Rows that differ from normal ones only by a missing value.
        var random = SplitMix64(seed: 8)
        let missing = (0..<100).map { $0 % 2 == 0 }
        let rows = missing.map { isMissing in
            ForestInput.row(
                [isMissing ? .nan : .random(in: -3...3, using: &random)],
                meter: 2,
                local: monday
            )
        }
        let forest = try await LabelledRows(rows: rows, anomalous: missing).trainer().train()
        #expect(forest.probability(ForestInput.row([.nan], meter: 2, local: monday)) > 0.95)
        #expect(forest.probability(ForestInput.row([-3], meter: 2, local: monday)) < 0.5)
        #expect(forest.probability(ForestInput.row([3], meter: 2, local: monday)) < 0.05)
    }

    @Test func knowsTheTimeOfTheWeek() {
        let hour: Int64 = 3_600_000
        let monday: Int64 = 1_451_865_600_000
        for day in -10...10 as ClosedRange<Int64> {
            let row = ForestInput.row([], meter: 3, local: monday + (24 * day + 6) * hour)
            let weekend = (day % 7 + 7) % 7 >= 5
            #expect(
                abs(row[0] - 1) < 1e-6 && abs(row[1]) < 1e-6 && row[2] == (weekend ? 1 : 0) && row[3] == 3
            )
        }
        let early = ForestInput.row([], meter: 0, local: -monday)
        #expect(early.allSatisfy { $0.isFinite })
    }
}
