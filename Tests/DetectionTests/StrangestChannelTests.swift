import Detection
import IndexSupport
import Readings
import Statistics
import Testing
import VectorIndex

@Suite struct StrangestChannelTests {
    /// Channels of rows that drift, so that some windows are strange in one channel.
    private struct Channels {
        let banks: [BankRows]
        let blocks: [Range<Int>]

        init(_ channels: Int, rows: Int, persons: Double, _ random: inout SplitMix64) {
            banks = (0..<channels).map { _ in
                var bank = BankRows([rows], dimension: 3, persons: persons, &random)
                for index in bank.embeddings.indices {
                    bank.embeddings[index] += Float(index / 3) / Float(rows)
                }
                return bank
            }
            blocks = (0..<channels).map { 3 * $0..<3 * $0 + 3 }
        }
    }

    /// The naive twin: all rows of all channels, measured one by one.
    private func strangest(
        _ channels: Channels,
        _ query: [Float],
        references: [Double],
        rows: Range<Int>,
        overridden: Set<Int>
    ) -> Double {
        channels.banks.indices.map { channel in
            let bank = channels.banks[channel]
            let kept = rows.filter { !overridden.contains($0) }
            let distances = bank.distances(Array(query[channels.blocks[channel]]), to: kept)
            var nearest: [Double] = []
            for (distance, row) in zip(distances, kept).sorted(by: { $0.0 < $1.0 }) where nearest.count < 5 {
                let weight = bank.windows[row].isFromPerson ? 5 : 1
                nearest += [Double](repeating: distance, count: min(weight, 5 - nearest.count))
            }
            let mean = nearest.isEmpty ? 1e6 : nearest.reduce(0, +) / Double(nearest.count)
            return Evidence.strangeness(mean, reference: references[channel])
        }.max() ?? -.infinity
    }

    @Test(arguments: [(3, 0.0), (3, 0.001), (20_000, 0.0), (20_000, 0.001), (9_000, 0.9)])
    func isThatOfAllRowsOfAllChannels(rows: Int, persons: Double) throws {
        var random = SplitMix64(seed: UInt64(rows))
        let channels = Channels(4, rows: rows, persons: persons, &random)
        let banks = try channels.banks.map { try $0.bank() }
        for _ in 0..<20 {
            var query = BankRows.embedding(12, &random)
            if Bool.random(using: &random) { query[Int.random(in: 0..<12, using: &random)] += 4 }
            let references = (0..<4).map { _ in Double.random(in: 0.05...1, using: &random) }
            let ends = [Int.random(in: 0...rows, using: &random), Int.random(in: 0...rows, using: &random)]
            let range = min(ends[0], ends[1])..<max(ends[0], ends[1])
            let search = StrangestChannelSearch(
                banks: banks,
                blocks: channels.blocks,
                references: references,
                in: Classifier.Scope(meter: nil, normals: range, anomalies: 0..<0)
            )
            let slow = strangest(channels, query, references: references, rows: range, overridden: [])
            #expect(abs(try search.strangeness(of: query) - slow) < 1e-4)
        }
    }

    /// Scanning only what can win and scanning everything give the same to the last bit.
    @Test func isTheSameAsOneChannelAfterTheOther() throws {
        var random = SplitMix64(seed: 3)
        let rows = 5 * StrangestChannelSearch.rowsAtOnce / 2
        let channels = Channels(5, rows: rows, persons: 0, &random)
        let banks = try channels.banks.map { try $0.bank() }
        for _ in 0..<50 {
            let query = BankRows.embedding(15, &random)
            let references = (0..<5).map { _ in Double.random(in: 0.05...1, using: &random) }
            let each = try banks.indices.map { channel in
                let nearest = try banks[channel].nearest(Array(query[channels.blocks[channel]]), count: 5)
                return Evidence.strangeness(nearest.meanDistance() ?? 0, reference: references[channel])
            }
            let search = StrangestChannelSearch(
                banks: banks,
                blocks: channels.blocks,
                references: references,
                in: Classifier.Scope(meter: nil, normals: 0..<rows, anomalies: 0..<0)
            )
            #expect(try search.strangeness(of: query) == each.max())
        }
    }
}
