import Testing
import VectorIndex

/// The distance of one pair against double precision, for every length and alignment.
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

    /// Odd dimensions put rows at every alignment; 7 rows are one group of four and three alone.
    @Test func isRightForEveryLength() throws {
        var seeded = Seeded(61)
        for dimension in 1...300 {
            let rows = seeded.rows(7, dimension: dimension, in: -100...100)
            try expectDistances(
                BruteForce(dimension: dimension, rows: rows),
                to: seeded.rows(1, dimension: dimension)
            )
        }
    }

    @Test(arguments: [Float.leastNonzeroMagnitude, .leastNormalMagnitude, 1e-22, 1e-19, 1e15, 1e17])
    func isRightForTinyAndHugeValues(scale: Float) throws {
        var seeded = Seeded(62)
        for dimension in [1, 4, 11, 16, 29, 64] {
            let rows = seeded.rows(9, dimension: dimension).map { $0 * scale }
            let query = seeded.rows(1, dimension: dimension).map { $0 * scale }
            try expectDistances(BruteForce(dimension: dimension, rows: rows), to: query)
        }
    }
}
