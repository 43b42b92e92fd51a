import Statistics
import TestSupport
import Testing
import VectorIndex

/// Compares the distances of the kernels with double precision, for every length and alignment.
@Suite struct KernelTests {
    private func expectDistances(_ twin: BruteForce, to query: [Float]) throws {
        var index = try VectorIndex(flatDimension: twin.dimension)
        try index.add(twin.rows)
        for neighbour in try index.search(query, k: twin.count)[query: 0] {
            let truth = twin.squaredDistance(query[...], to: neighbour.row)
            let rounding = truth * Double(twin.dimension + 16) * 6e-8 + 1e-42
            #expect(abs(Double(neighbour.squaredDistance) - truth) <= rounding)
            let row = neighbour.row..<neighbour.row + 1
            #expect(try index.search(query, k: 1, within: row)[query: 0] == [neighbour])
        }
    }

    /// Odd dimensions give rows every alignment. Seven rows are a group of four and three single rows.
    @Test func isRightForEveryLength() throws {
        var seeded = SplitMix64(seed: 61)
        for dimension in 1...300 {
            let rows = seeded.rows(7, dimension: dimension, in: -100...100)
            try expectDistances(
                BruteForce(rows, dimension: dimension),
                to: seeded.rows(1, dimension: dimension)
            )
        }
    }

    @Test(arguments: [Float.leastNonzeroMagnitude, .leastNormalMagnitude, 1e-22, 1e-19, 1e15, 1e17])
    func isRightForTinyAndHugeValues(scale: Float) throws {
        var seeded = SplitMix64(seed: 62)
        for dimension in [1, 4, 11, 16, 29, 64] {
            let rows = seeded.rows(9, dimension: dimension).map { $0 * scale }
            let query = seeded.rows(1, dimension: dimension).map { $0 * scale }
            try expectDistances(BruteForce(rows, dimension: dimension), to: query)
        }
    }

    /// Every instruction set that this processor has, and every length and alignment of query and rows.
    @Test func isRightWithEveryInstructionSet() {
        var seeded = SplitMix64(seed: 63)
        for dimension in 1...300 {
            let rows = seeded.rows(6, dimension: dimension, in: -100...100)
            let query = seeded.rows(1, dimension: dimension, in: -100...100)
            expectLevels(query, rows)
        }
        #expect(InstructionSet.used.description == InstructionSet.all.last?.description)
    }

    @Test(arguments: [Float.leastNonzeroMagnitude, 1e-37, .leastNormalMagnitude, 1e-19, 1e15, 1e18, 3e38])
    func isRightForTinyAndHugeValuesWithEveryInstructionSet(scale: Float) {
        var seeded = SplitMix64(seed: 64)
        for dimension in [1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 64, 100] {
            let rows = seeded.rows(5, dimension: dimension).map { $0 * scale }
            expectLevels(seeded.rows(1, dimension: dimension).map { $0 * scale }, rows)
        }
    }

    @Test func noRowsHaveNoDistances() {
        for level in InstructionSet.all { #expect(level.squaredDistances(of: [1, 2], to: []).isEmpty) }
    }

    /// Expects each instruction set to be within rounding of double precision, and all to give the same bits:
    /// what a build measures goes into its files.
    private func expectLevels(_ query: [Float], _ rows: [Float]) {
        let twin = BruteForce(rows, dimension: query.count)
        let expected = InstructionSet.used.squaredDistances(of: query, to: rows)
        for level in InstructionSet.all {
            let found = level.squaredDistances(of: query, to: rows)
            #expect(found == expected, "\(level), \(query.count)")
            #expect(found.count == twin.count)
            #expect(level.squaredDistances(of: query, to: rows, picked: true) == found, "\(level)")
            for (row, distance) in found.enumerated() {
                let truth = twin.squaredDistance(query[...], to: row)
                if truth > Double(Float.greatestFiniteMagnitude) * 1.001 {
                    #expect(distance == .infinity, "\(level)")
                    continue
                }
                let rounding = truth * Double(query.count + 16) * 6e-8 + 1e-42
                #expect(abs(Double(distance) - truth) <= rounding, "\(level), \(query.count)")
            }
        }
    }
}
