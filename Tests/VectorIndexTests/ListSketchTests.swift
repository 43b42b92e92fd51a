import Statistics
import TestSupport
import Testing
import VectorIndex

/// IVF indexes rule out most rows of their lists by a sketch. Their answers must equal those of plain scans
/// of the same lists to the bit.
@Suite struct ListSketchTests {
    /// Rows around centres, so that the lists have very different lengths.
    private func clustered(_ count: Int, dimension: Int, spread: Float, _ seeded: inout SplitMix64) -> [Float]
    {
        let centres = seeded.rows(12, dimension: dimension, in: -4...4)
        return (0..<count).flatMap { row in
            let centre = row * row % 12
            return centres[centre * dimension..<(centre + 1) * dimension].map {
                $0 + Float.random(in: -spread...spread, using: &seeded)
            }
        }
    }

    @Test(arguments: [1, 4, 7, 16, 33, 64], [0.01, 1] as [Float])
    func agreesOnClusteredRows(dimension: Int, spread: Float) throws {
        var seeded = SplitMix64(seed: UInt64(dimension))
        let rows = clustered(3500, dimension: dimension, spread: spread, &seeded)
        let twin = try ListTwin(dimension: dimension, lists: 40, rows: rows)
        for query in 0..<6 {
            let query =
                query < 3
                ? twin.rows.query(query * 1000, of: rows) : seeded.rows(1, dimension: dimension, in: -5...5)
            for (k, probes) in [(1, 1), (10, 1), (10, 7), (100, 13), (40, 40), (3600, 2)] {
                let found = try twin.ivf.search(query, k: k, probes: probes)[query: 0]
                let truth = try twin.nearest(query, k: k, probes: probes) { _ in true }
                #expect(found.elementsEqual(truth))
            }
        }
    }

    @Test func agreesInBatches() throws {
        var seeded = SplitMix64(seed: 71)
        let rows = clustered(4000, dimension: 20, spread: 2, &seeded)
        let twin = try ListTwin(dimension: 20, lists: 60, rows: rows)
        let queries = seeded.rows(37, dimension: 20, in: -5...5)
        let found = try twin.ivf.search(queries, k: 10, probes: 6)
        for query in 0..<37 {
            let truth = try twin.nearest(twin.rows.query(query, of: queries), k: 10, probes: 6) { _ in true }
            #expect(found[query: query].elementsEqual(truth))
        }
    }

    @Test func agreesWithOutliers() throws {
        var seeded = SplitMix64(seed: 72)
        for outlier: Float in [1e3, 1e9, 1e15] {
            var rows = clustered(3000, dimension: 16, spread: 1, &seeded)
            for row in [0, 777, 778, 2999] { rows[row * 16 + 5] = outlier }
            let twin = try ListTwin(dimension: 16, lists: 20, rows: rows)
            for query in [twin.rows.query(5, of: rows), twin.rows.query(777, of: rows).map { $0 * 10 }] {
                for (k, probes) in [(5, 3), (50, 20)] {
                    let found = try twin.ivf.search(query, k: k, probes: probes)[query: 0]
                    #expect(found.elementsEqual(try twin.nearest(query, k: k, probes: probes) { _ in true }))
                }
            }
        }
    }

    /// A narrow range is compared row by row if that is less work; then the answer is exact.
    @Test func agreesOrIsExactWithinRanges() throws {
        var seeded = SplitMix64(seed: 73)
        let rows = clustered(5000, dimension: 12, spread: 2, &seeded)
        let twin = try ListTwin(dimension: 12, lists: 50, rows: rows)
        for _ in 0..<60 {
            let first = Int.random(in: 0..<5000, using: &seeded)
            let range = first..<Int.random(in: first...5000, using: &seeded)
            let query = seeded.rows(1, dimension: 12, in: -5...5)
            let probes = Int.random(in: 1...50, using: &seeded)
            let found = try twin.ivf.search(query, k: 9, probes: probes, within: range)[query: 0]
            let lists = try twin.nearest(query, k: 9, probes: probes) { range.contains($0) }
            let exact = try twin.nearest(query, k: 9, probes: 50) { range.contains($0) }
            #expect(found.elementsEqual(lists) || found.elementsEqual(exact))
            #expect(found.count == min(9, range.count))
        }
    }

    @Test func agreesWhileRowsAreAdded() throws {
        var seeded = SplitMix64(seed: 74)
        let rows = clustered(6000, dimension: 10, spread: 2, &seeded)
        let twin = try ListTwin(dimension: 10, lists: 30, rows: rows)
        var grown = try VectorIndex(ivfDimension: 10, lists: 30, trainingRows: rows, seed: 1)
        var added = 0
        while added < 6000 {
            let next = min(added + Int.random(in: 1...900, using: &seeded), 6000)
            try grown.add(Array(rows[added * 10..<next * 10]))
            added = next
            let query = seeded.rows(1, dimension: 10, in: -5...5)
            let truth = try twin.nearest(query, k: 8, probes: 4) { [added] in $0 < added }
            #expect(try grown.search(query, k: 8, probes: 4)[query: 0].elementsEqual(truth))
        }
    }
}
