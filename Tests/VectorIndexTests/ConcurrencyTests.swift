import Statistics
import TestSupport
import Testing
import VectorIndex

/// Many searches at the same time.
@Suite struct ConcurrencyTests {
    private final class Shared: Sendable {
        let index: VectorIndex
        init(_ index: consuming VectorIndex) { self.index = index }
    }

    @Test(arguments: [true, false])
    func manySearchesAtOnceAnswerAsOne(ivf: Bool) async throws {
        var seeded = SplitMix64(seed: 41)
        let rows = seeded.rows(3000, dimension: 20)
        var index =
            ivf
            ? try VectorIndex(ivfDimension: 20, lists: 16, trainingRows: rows, seed: 0)
            : try VectorIndex(flatDimension: 20)
        try index.add(rows)
        let shared = Shared(index)
        let queries = seeded.rows(8, dimension: 20)
        let expected = try shared.index.search(queries, k: 5)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask { (try? shared.index.search(queries, k: 5)) == expected }
            }
            for await agrees in group { #expect(agrees) }
        }
    }
}
