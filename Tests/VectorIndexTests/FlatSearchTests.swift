import Statistics
import TestSupport
import Testing
import VectorIndex

/// Compares flat search with brute force.
@Suite struct FlatSearchTests {
    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 31, 32, 33, 64, 65, 100, 128, 130])
    func findsTheNearestRowsOfRandomData(dimension: Int) throws {
        var seeded = SplitMix64(seed: UInt64(dimension))
        for count in [0, 1, 2, 15, 16, 17, 300, 2000] {
            let twin = BruteForce(seeded.rows(count, dimension: dimension), dimension: dimension)
            var index = try VectorIndex(flatDimension: dimension)
            try index.add(twin.rows)
            let queries = seeded.rows(3, dimension: dimension)
            for k in [1, 2, 10, count + 5] {
                let found = try index.search(queries, k: k)
                for query in 0..<3 {
                    expect(
                        found[query: query],
                        matches: twin,
                        query: queries[query * dimension..<(query + 1) * dimension],
                        k: k,
                        within: 0..<count
                    )
                }
            }
        }
    }

    @Test func searchesOnlyTheRange() throws {
        var seeded = SplitMix64(seed: 7)
        let twin = BruteForce(seeded.rows(1500, dimension: 19), dimension: 19)
        var index = try VectorIndex(flatDimension: 19)
        try index.add(twin.rows)
        for _ in 0..<60 {
            let first = Int.random(in: 0...1500, using: &seeded)
            let range = first..<Int.random(in: first...1500, using: &seeded)
            let query = seeded.rows(1, dimension: 19)
            let found = try index.search(query, k: 8, within: range)
            expect(found[query: 0], matches: twin, query: query[...], k: 8, within: range)
        }
    }

    @Test func ordersEqualDistancesByRow() throws {
        var seeded = SplitMix64(seed: 8)
        for dimension in [1, 2, 5, 16, 20] {
            let twin = BruteForce(seeded.latticeRows(700, dimension: dimension), dimension: dimension)
            var index = try VectorIndex(flatDimension: dimension)
            try index.add(twin.rows)
            let query = seeded.latticeRows(1, dimension: dimension)
            for k in [1, 3, 50, 200, 700] {
                let expected = twin.distances(query[...], within: 0..<700).prefix(k).map(\.row)
                #expect(try index.search(query, k: k)[query: 0].map(\.row) == Array(expected))
            }
        }
    }

    @Test func answersAQueryTheSameAloneAndInABatch() throws {
        var seeded = SplitMix64(seed: 9)
        for dimension in [3, 32, 64, 77] {
            let rows = seeded.rows(1300, dimension: dimension)
            var index = try VectorIndex(flatDimension: dimension)
            try index.add(rows)
            let queries = seeded.rows(64, dimension: dimension)
            let batch = try index.search(queries, k: 9)
            for query in 0..<64 {
                let own = Array(queries[query * dimension..<(query + 1) * dimension])
                #expect(try index.search(own, k: 9)[query: 0] == batch[query: query])
            }
        }
    }

    @Test func findsARowAtTheSameDistanceWhateverTheRange() throws {
        var seeded = SplitMix64(seed: 10)
        var index = try VectorIndex(flatDimension: 37)
        try index.add(seeded.rows(50, dimension: 37))
        let query = seeded.rows(1, dimension: 37)
        let all = try index.search(query, k: 50)[query: 0]
        for row in 0..<50 {
            let alone = try index.search(query, k: 1, within: row..<row + 1)[query: 0].first
            #expect(alone == all.first { $0.row == row })
        }
    }

    @Test func answersAnEmptyIndexWithNothing() throws {
        let index = try VectorIndex(flatDimension: 3)
        #expect(try index.search([1, 2, 3, 4, 5, 6], k: 5)[query: 1].isEmpty)
        #expect(try index.search([], k: 5).queryCount == 0)
        #expect(index.count == 0)
        #expect(index.kind == .flat)
        #expect(index.dimension == 3)
    }

    @Test func returnsRowsThatAreInfinitelyFar() throws {
        let huge = Float.greatestFiniteMagnitude
        var index = try VectorIndex(flatDimension: 2)
        try index.add([huge, huge, 0, 0, -huge, -huge])
        let found = try index.search([0, 0], k: 3)[query: 0]
        #expect(found.map(\.row) == [1, 0, 2])
        #expect(found.map(\.squaredDistance) == [0, .infinity, .infinity])
    }

    @Test func keepsTheAddedRows() throws {
        var seeded = SplitMix64(seed: 11)
        let rows = seeded.rows(40, dimension: 6)
        var index = try VectorIndex(flatDimension: 6)
        try index.add(Array(rows[..<60]))
        try index.add([])
        try index.add(Array(rows[60...]))
        #expect(index.count == 40)
        for row in 0..<40 { #expect(try index.row(row) == Array(rows[row * 6..<row * 6 + 6])) }
    }
}

/// Expects as many rows as brute force finds, in order, with distances that differ only by float32 rounding.
func expect(
    _ found: ArraySlice<FoundRow>,
    matches twin: BruteForce,
    query: ArraySlice<Float>,
    k: Int,
    within range: Range<Int>,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let expected = twin.distances(query, within: range).prefix(k)
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    #expect(Set(found.map(\.row)).count == found.count, sourceLocation: sourceLocation)
    for (neighbour, truth) in zip(found, expected) {
        let own = twin.squaredDistance(query, to: neighbour.row)
        let rounding = 1e-6 * (truth.distance + Double.leastNormalMagnitude)
        #expect(range.contains(neighbour.row), sourceLocation: sourceLocation)
        #expect(abs(own - truth.distance) <= rounding * 2, sourceLocation: sourceLocation)
        #expect(abs(Double(neighbour.squaredDistance) - own) <= rounding * 4, sourceLocation: sourceLocation)
    }
}
