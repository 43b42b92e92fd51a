import Statistics
import TestSupport
import Testing
import VectorIndex

/// Compares IVF search with flat search.
@Suite struct IVFSearchTests {
    /// A flat index and an IVF index of the same rows.
    private struct FlatAndIVF: ~Copyable {
        private let flat: VectorIndex
        private let ivf: VectorIndex

        init(_ rows: [Float], dimension: Int, lists: Int) throws {
            var flat = try VectorIndex(flatDimension: dimension)
            var ivf = try VectorIndex(ivfDimension: dimension, lists: lists, trainingRows: rows, seed: 1)
            try flat.add(rows)
            try ivf.add(rows)
            self.flat = flat
            self.ivf = ivf
        }

        func search(
            _ queries: [Float],
            k: Int,
            probes: Int,
            within range: Range<Int>? = nil
        ) throws -> (flat: Neighbours, ivf: Neighbours) {
            (
                try flat.search(queries, k: k, within: range),
                try ivf.search(queries, k: k, probes: probes, within: range)
            )
        }
    }

    @Test(arguments: [1, 3, 16, 33, 64])
    func isExactWithAllLists(dimension: Int) throws {
        var seeded = SplitMix64(seed: UInt64(dimension))
        let rows = seeded.rows(900, dimension: dimension)
        let queries = seeded.rows(7, dimension: dimension)
        let both = try FlatAndIVF(rows, dimension: dimension, lists: 12)
        for k in [1, 10, 905] {
            let (flat, ivf) = try both.search(queries, k: k, probes: 12)
            #expect(flat == ivf)
        }
    }

    @Test func isExactWithAllListsIfDistancesAreEqual() throws {
        var seeded = SplitMix64(seed: 21)
        let rows = seeded.latticeRows(800, dimension: 4)
        let queries = seeded.latticeRows(10, dimension: 4)
        let (flat, ivf) = try FlatAndIVF(rows, dimension: 4, lists: 9).search(queries, k: 60, probes: 100)
        #expect(flat == ivf)
    }

    @Test func searchesOnlyTheRange() throws {
        var seeded = SplitMix64(seed: 22)
        let rows = seeded.rows(600, dimension: 5)
        let queries = seeded.rows(4, dimension: 5)
        let both = try FlatAndIVF(rows, dimension: 5, lists: 8)
        for range in [0..<0, 0..<1, 10..<300, 599..<600, 0..<600] {
            let (flat, ivf) = try both.search(queries, k: 20, probes: 8, within: range)
            #expect(flat == ivf)
        }
    }

    @Test func searchesFurtherListsIfTheFirstHaveTooFewRows() throws {
        var seeded = SplitMix64(seed: 23)
        let rows = seeded.rows(100, dimension: 2)
        var index = try VectorIndex(ivfDimension: 2, lists: 10, trainingRows: rows, seed: 3)
        try index.add(rows)
        let queries = seeded.rows(6, dimension: 2)
        for k in [30, 100] {
            let found = try index.search(queries, k: k, probes: 1)
            for query in 0..<6 { #expect(found[query: query].count == k) }
        }
    }

    @Test func findsMostNeighboursOfClusteredRowsWithFewProbes() throws {
        var seeded = SplitMix64(seed: 24)
        let centres = seeded.rows(40, dimension: 16, in: -10...10)
        var rows: [Float] = []
        for row in 0..<4000 {
            for value in centres[row % 40 * 16..<row % 40 * 16 + 16] {
                rows.append(value + Float.random(in: -1...1, using: &seeded))
            }
        }
        let queries = Array(rows[..<(16 * 100)])
        let (flat, ivf) = try FlatAndIVF(rows, dimension: 16, lists: 40).search(queries, k: 10, probes: 4)
        var shared = 0
        for query in 0..<100 {
            let truth = Set(flat[query: query].map(\.row))
            shared += ivf[query: query].count { truth.contains($0.row) }
        }
        #expect(Double(shared) / 1000 > 0.95)
    }

    @Test func doesNotDependOnTheBatches() throws {
        var seeded = SplitMix64(seed: 25)
        let rows = seeded.rows(500, dimension: 24)
        let queries = seeded.rows(64, dimension: 24)
        var whole = try VectorIndex(ivfDimension: 24, lists: 7, trainingRows: rows, seed: 5)
        var single = try VectorIndex(ivfDimension: 24, lists: 7, trainingRows: rows, seed: 5)
        try whole.add(rows)
        for row in 0..<500 { try single.add(Array(rows[row * 24..<row * 24 + 24])) }
        let batch = try whole.search(queries, k: 6, probes: 2)
        for query in 0..<64 {
            let own = Array(queries[query * 24..<query * 24 + 24])
            #expect(try single.search(own, k: 6, probes: 2)[query: 0] == batch[query: query])
        }
    }

    @Test func returnsRowsAndAnswersWhenEmpty() throws {
        var seeded = SplitMix64(seed: 26)
        let rows = seeded.rows(50, dimension: 3)
        var index = try VectorIndex(ivfDimension: 3, lists: 50, trainingRows: rows, seed: -1)
        #expect(try index.search([0, 0, 0], k: 2)[query: 0].isEmpty)
        try index.add(rows)
        #expect(index.kind == .ivf(lists: 50))
        #expect(index.count == 50)
        for row in 0..<50 { #expect(try index.row(row) == Array(rows[row * 3..<row * 3 + 3])) }
    }

    @Test func allowsHugeRowsAndQueries() throws {
        let huge = Float.greatestFiniteMagnitude
        var index = try VectorIndex(ivfDimension: 1, lists: 2, trainingRows: [-1e15, -1, 1, 1e15], seed: 0)
        try index.add([huge, -huge, 0])
        let found = try index.search([huge, -huge], k: 3, probes: 2)
        #expect(found[query: 0].map(\.row) == [0, 1, 2])
        #expect(found[query: 1].map(\.row) == [1, 0, 2])
    }
}
