import Statistics
import TestSupport
import Testing
import VectorIndex

/// Compares searches among some of the rows with a filtered plain scan of all rows.
@Suite struct RowSetTests {
    /// Sets of different densities, scattered and in runs.
    private func sets(_ count: Int, _ seeded: inout SplitMix64) -> [RowSet] {
        [0, 0.001, 0.01, 0.1, 0.5, 0.99, 1].flatMap { density in
            var scattered = RowSet(count: count)
            for row in 0..<count where Double.random(in: 0..<1, using: &seeded) < density {
                scattered.insert(row)
            }
            var runs = RowSet(count: count)
            for _ in 0..<3 {
                let first = Int.random(in: 0..<count, using: &seeded)
                runs.insert(first..<min(first + Int(density / 3 * Double(count)), count))
            }
            return [scattered, runs]
        }
    }

    @Test func holdsWhatWasInserted() {
        var seeded = SplitMix64(seed: 81)
        for _ in 0..<200 {
            let count = Int.random(in: 0...300, using: &seeded)
            var set = RowSet(count: count)
            var twin: Set<Int> = []
            for _ in 0..<4 {
                let first = Int.random(in: 0...count, using: &seeded)
                let range = first..<Int.random(in: first...count, using: &seeded)
                set.insert(range)
                twin.formUnion(range)
                if let row = (0..<count).randomElement(using: &seeded) {
                    set.remove(row)
                    twin.remove(row)
                }
                if let row = (0..<count).randomElement(using: &seeded) {
                    set.insert(row)
                    twin.insert(row)
                }
            }
            #expect((-1...count).allSatisfy { set.contains($0) == twin.contains($0) })
        }
    }

    @Test(arguments: [3, 16, 64]) func flatAnswersAreThoseOfAFilteredScan(dimension: Int) throws {
        var seeded = SplitMix64(seed: UInt64(82 + dimension))
        for count in [70, 900, 5000] {
            let twins = try Twins(dimension: dimension, rows: seeded.rows(count, dimension: dimension))
            for set in sets(count, &seeded) {
                let first = Int.random(in: 0...count / 2, using: &seeded)
                let range = first..<Int.random(in: first...count, using: &seeded)
                for k in [1, 10, 200] {
                    let queries = seeded.rows(3, dimension: dimension)
                    try twins.expectAgreement(queries, k: k, among: set)
                    try twins.expectAgreement(queries, k: k, within: range, among: set)
                }
            }
        }
    }

    /// An answer has k rows if k exist, and is exact if all lists are searched.
    @Test func listsFindEnoughRowsHoweverFewAreAllowed() throws {
        var seeded = SplitMix64(seed: 83)
        let rows = seeded.rows(6000, dimension: 8)
        let twin = try ListTwin(dimension: 8, lists: 80, rows: rows)
        for set in sets(6000, &seeded) {
            for probes in [1, 5, 80] {
                let query = seeded.rows(1, dimension: 8)
                let found = try twin.ivf.search(query, k: 12, probes: probes, among: set)[query: 0]
                let lists = try twin.nearest(query, k: 12, probes: probes, where: set.contains)
                let exact = try twin.nearest(query, k: 12, probes: 80, where: set.contains)
                #expect(found.count == exact.count)
                #expect(found.elementsEqual(lists) || found.elementsEqual(exact))
                if probes == 80 { #expect(found.elementsEqual(exact)) }
            }
        }
    }

    @Test func aSetOfAnotherCountIsRefused() throws {
        var index = try VectorIndex(flatDimension: 1)
        try index.add([1, 2, 3])
        for count in [0, 2, 4] {
            #expect(throws: VectorIndexError.self) {
                try index.search([1], k: 1, among: RowSet(count: count))
            }
        }
        #expect(try index.search([1], k: 1, among: RowSet(count: 3))[query: 0].isEmpty)
    }
}
