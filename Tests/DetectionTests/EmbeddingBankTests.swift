import Detection
import IndexSupport
import Readings
import Statistics
import Testing
import VectorIndex
import Verdicts

@Suite struct EmbeddingBankTests {
    /// Checks a search against all distances, sorted.
    private func expectTwin(
        _ found: [Match],
        of rows: BankRows,
        _ query: [Float],
        within: Range<Int>,
        except overridden: Set<Int>,
        count: Int
    ) {
        let allowed = within.filter { !overridden.contains($0) }
        let wanted = rows.distances(query, to: allowed).sorted().prefix(count)
        #expect(found.count == wanted.count)
        for (match, distance) in zip(found, wanted) { #expect(abs(match.distance - distance) < 1e-4) }
        for match in found {
            let row = allowed.first {
                rows.windows[$0].time == match.time && "meter \(rows.windows[$0].meter)" == match.meter
            }
            guard let row else {
                Issue.record("a row that is overridden or outside was found")
                continue
            }
            #expect(abs(rows.distances(query, to: [row])[0] - match.distance) < 1e-4)
        }
    }

    @Test(arguments: [nil, 9] as [Int?], [1, 3, 8]) func nearestAreThoseOfABruteSearch(
        lists: Int?,
        dimension: Int
    ) throws {
        var random = SplitMix64(seed: UInt64(dimension))
        let rows = BankRows([150, 200, 90], dimension: dimension, &random)
        let bank = try rows.bank(lists: lists)
        for _ in 0..<60 {
            let query = BankRows.embedding(dimension, &random)
            let low = Int.random(in: 0...440, using: &random)
            let within = low..<Int.random(in: low...440, using: &random)
            // Near rows are overridden: overriding far ones would change nothing.
            let near = rows.distances(query, to: Array(within)).enumerated()
                .sorted { $0.element < $1.element }.prefix(Int.random(in: 0...30, using: &random))
                .map { $0.offset + low }
            let overridden = Set(near.filter { _ in Bool.random(using: &random) })
            let count = Int.random(in: 1...20, using: &random)
            let found = try bank.nearest(
                query,
                count: count,
                within: within,
                among: RowSet(of: 440, except: overridden),
                search: QueryOptions(exact: true)
            )
            expectTwin(found, of: rows, query, within: within, except: overridden, count: count)
        }
    }

    @Test func withEveryRowOverriddenThereIsNone() throws {
        var random = SplitMix64(seed: 4)
        let rows = BankRows([70], dimension: 4, &random)
        let bank = try rows.bank()
        let query = BankRows.embedding(4, &random)
        #expect(try bank.nearest(query, count: 5, among: RowSet(of: 70, except: 0..<70)).isEmpty)
        #expect(
            try bank.nearest(query, count: 5, within: 10..<20, among: RowSet(of: 70, except: 10..<20)).isEmpty
        )
        #expect(try bank.nearest(query, count: 5, within: 7..<7).isEmpty)
        let last = try bank.nearest(query, count: 5, among: RowSet(of: 70, except: 0..<69))
        #expect(last.map(\.time) == [rows.windows[69].time])
        #expect(try bank.nearest(query, count: 500).count == 70)
    }

    @Test func anEmptyBankHasNothing() throws {
        var random = SplitMix64(seed: 5)
        let bank = try BankRows([], dimension: 4, &random).bank(isAnomalous: true)
        #expect(try bank.nearest([0, 0, 0, 0], count: 5).isEmpty)
        #expect(bank.rows(ofMeter: 0).isEmpty)
    }

    @Test func metersHaveTheirRows() throws {
        var random = SplitMix64(seed: 6)
        let rows = BankRows([3, 0, 5, 1], dimension: 2, &random)
        let bank = try rows.bank()
        for meter in -1...4 {
            let wanted = rows.windows.indices.filter { rows.windows[$0].meter == meter }
            #expect(Array(bank.rows(ofMeter: meter)) == wanted)
        }
    }

    @Test func matchesSayWhatTheRowsStandFor() throws {
        var random = SplitMix64(seed: 7)
        var rows = BankRows([2], dimension: 2, &random)
        rows.windows[1] = KnownWindow(meter: 0, time: 77, kind: "theft", isFromPerson: true)
        let match = try rows.bank(isAnomalous: true).nearest(rows.embedding(of: 1), count: 1)[0]
        #expect(match.distance < 1e-4 && match.meter == "meter 0" && match.time == 77)
        #expect(match.kind == "theft" && match.isFromPerson && match.isAnomalous)
        #expect(match.weight == Evidence.neighbours)
    }
}
