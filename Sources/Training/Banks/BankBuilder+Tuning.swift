internal import Detection
internal import VectorIndex

extension BankBuilder {
    /// How an approximate search is set, and what it finds of the true neighbours then.
    struct Tuning: Sendable {
        /// How many lists a search looks into.
        let probes: Int
        /// The share of the true neighbours it finds, on windows of the bank itself.
        let recall: Double
    }

    /// So many of the bank's windows are asked about.
    private static let questionLimit = 400
    /// And so many neighbours of each are looked for: those a reply names by default.
    private static let neighbours = 10

    /// What a search of one window finds at best.
    private struct Question {
        let row: Int
        let embedding: [Float]
        let scope: Range<Int>
        /// The squared distances of its true neighbours, without itself, ascending.
        let truth: [Float]
    }

    /// The least number of probes that finds as much of what an exact search finds as the options ask for.
    ///
    /// - Parameters:
    ///   - bank: an approximate bank.
    ///   - scope: the rows a query of a row looks through.
    func tune(_ bank: EmbeddingBank, scope: (Int) -> Range<Int>) throws(VectorIndexError) -> Tuning {
        let lists = bank.index.lists ?? 1
        let questions = try questions(bank, lists: lists, scope: scope)
        // More probes find no less, so the least number that suffices lies between one that does not and one that
        // does.
        var (tooFew, enough) = (0, 1)
        var reached = try recall(questions, bank, probes: enough)
        while reached < options.recall, enough < lists {
            (tooFew, enough) = (enough, min(enough * 2, lists))
            reached = try recall(questions, bank, probes: enough)
        }
        while enough - tooFew > 1 {
            let middle = (tooFew + enough) / 2
            let recall = try recall(questions, bank, probes: middle)
            if recall >= options.recall { (enough, reached) = (middle, recall) } else { tooFew = middle }
        }
        return Tuning(probes: enough, recall: reached)
    }

    private func questions(
        _ bank: EmbeddingBank,
        lists: Int,
        scope: (Int) -> Range<Int>
    ) throws(VectorIndexError) -> [Question] {
        let count = min(Self.questionLimit, bank.windows.count)
        var questions: [Question] = []
        for number in 0..<count {
            let row = number * bank.windows.count / count
            let embedding = try bank.index.row(row)
            let rows = scope(row)
            let found = try found(row, embedding, bank, probes: lists, within: rows)
            questions.append(Question(row: row, embedding: embedding, scope: rows, truth: found))
        }
        return questions
    }

    /// The squared distances of the neighbours found. A window is no neighbour of its own: it would always be found.
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
        _ questions: [Question],
        _ bank: EmbeddingBank,
        probes: Int
    ) throws(VectorIndexError) -> Double {
        var hits = 0
        var wanted = 0
        for question in questions {
            let found = try found(
                question.row,
                question.embedding,
                bank,
                probes: probes,
                within: question.scope
            )
            // By distance, not by row: of equally far rows any is right.
            let farthest = question.truth.last ?? 0
            wanted += question.truth.count
            hits += found.count { $0 <= farthest }
        }
        return wanted == 0 ? 1 : min(Double(hits) / Double(wanted), 1)
    }
}
