internal import Detection
internal import VectorIndex

extension BankBuilder {
    /// The setting of an approximate search, and the share of the true neighbours that it finds.
    struct Tuning: Sendable {
        /// How many lists a search probes.
        let probes: Int
        /// The share of the true neighbours it finds, on windows of the bank itself.
        let recall: Double
    }

    /// How many of the bank's windows are searched for.
    private static let sampleLimit = 400
    /// How many neighbours of each: as many as a reply names by default.
    private static let neighbours = 10

    /// A window to search for, with what an exact search finds.
    private struct Sample {
        let row: Int
        let embedding: [Float]
        let scope: Range<Int>
        /// The squared distances of its true neighbours, ascending, without the window itself.
        let truth: [Float]
    }

    /// The least number of probes with which a search finds the share of the true neighbours that the options
    /// ask for.
    ///
    /// - Parameters:
    ///   - bank: a bank in lists.
    ///   - scope: the rows that a query of a row scans.
    func tune(_ bank: EmbeddingBank, scope: (Int) -> Range<Int>) throws(VectorIndexError) -> Tuning {
        let lists = bank.index.lists ?? 1
        let samples = try samples(bank, lists: lists, scope: scope)
        // More probes never find less: the least number that suffices lies between a number that does not and
        // one that does.
        var (tooFew, enough) = (0, 1)
        var reached = try recall(samples, bank, probes: enough)
        while reached < options.recall, enough < lists {
            (tooFew, enough) = (enough, min(enough * 2, lists))
            reached = try recall(samples, bank, probes: enough)
        }
        while enough - tooFew > 1 {
            let middle = (tooFew + enough) / 2
            let recall = try recall(samples, bank, probes: middle)
            if recall >= options.recall { (enough, reached) = (middle, recall) } else { tooFew = middle }
        }
        return Tuning(probes: enough, recall: reached)
    }

    private func samples(
        _ bank: EmbeddingBank,
        lists: Int,
        scope: (Int) -> Range<Int>
    ) throws(VectorIndexError) -> [Sample] {
        let count = min(Self.sampleLimit, bank.windows.count)
        var samples: [Sample] = []
        for number in 0..<count {
            let row = number * bank.windows.count / count
            let embedding = try bank.index.row(row)
            let rows = scope(row)
            let found = try found(row, embedding, bank, probes: lists, within: rows)
            samples.append(Sample(row: row, embedding: embedding, scope: rows, truth: found))
        }
        return samples
    }

    /// The squared distances of the neighbours found. The window itself is left out: it would always be
    /// found.
    private func found(
        _ row: Int,
        _ embedding: [Float],
        _ bank: EmbeddingBank,
        probes: Int,
        within scope: Range<Int>
    ) throws(VectorIndexError) -> [Float] {
        let answer = try bank.index.search(embedding, k: Self.neighbours + 1, probes: probes, within: scope)
        return answer[query: 0].filter { $0.row != row }.prefix(Self.neighbours).map(\.squaredDistance)
    }

    private func recall(
        _ samples: [Sample],
        _ bank: EmbeddingBank,
        probes: Int
    ) throws(VectorIndexError) -> Double {
        var hits = 0
        var wanted = 0
        for sample in samples {
            let found = try found(
                sample.row,
                sample.embedding,
                bank,
                probes: probes,
                within: sample.scope
            )
            // By distance, not by row: of rows at equal distance any is right.
            let farthest = sample.truth.last ?? 0
            wanted += sample.truth.count
            hits += found.count { $0 <= farthest }
        }
        return wanted == 0 ? 1 : min(Double(hits) / Double(wanted), 1)
    }
}
