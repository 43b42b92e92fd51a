internal import Catalog
internal import Encoder
internal import VectorIndex

/// Puts embeddings into banks, and decides how each is searched.
struct BankBuilder: Sendable {
    let options: BuildOptions
    /// The meters' names, by number.
    let meters: [String]

    /// Up to so many rows looked through by a query an exact scan is taken: with a million rows of 64 it takes
    /// under 3 ms of one core (docs/performance.md), and nothing is ever missed.
    static let flatLimit = 1_000_000
    /// What an approximate search must find of the true neighbours.
    static let recallTarget = 0.99
    /// FAISS wants so many rows to place one list.
    private static let rowsPerList = 39

    /// A bank of some rows.
    ///
    /// - Parameters:
    ///   - rows: row-major, one a window.
    ///   - dimension: the length of a row.
    ///   - windows: what the rows stand for.
    ///   - scanned: how many rows a query looks through at most.
    func bank(
        _ rows: [Float],
        dimension: Int,
        windows: [StoredWindow],
        isAnomalous: Bool,
        scanned: Int
    ) throws(VectorIndexError) -> EmbeddingBank {
        let lists = lists(rows: windows.count, scanned: scanned)
        var index = try emptyIndex(dimension: dimension, lists: lists, rows: rows)
        try index.add(rows)
        return EmbeddingBank(index, windows: windows, meters: meters, probes: lists, isAnomalous: isAnomalous)
    }

    private func emptyIndex(
        dimension: Int,
        lists: Int?,
        rows: [Float]
    ) throws(VectorIndexError) -> VectorIndex {
        guard let lists else { return try VectorIndex(flatDimension: dimension) }
        return try VectorIndex(
            ivfDimension: dimension,
            lists: lists,
            trainingRows: sample(rows, dimension: dimension, count: lists * 64),
            seed: options.seed
        )
    }

    private func lists(rows: Int, scanned: Int) -> Int? {
        switch options.search {
        case .flat: nil
        case .automatic where scanned <= Self.flatLimit: nil
        case .ivf where rows < Self.rowsPerList: nil
        case .automatic, .ivf:
            min(max(Int(4 * Double(rows).squareRoot()), 1), rows / Self.rowsPerList)
        }
    }

    private func sample(_ rows: [Float], dimension: Int, count: Int) -> [Float] {
        let total = rows.count / dimension
        guard total > count else { return rows }
        return (0..<count).flatMap { index in
            let row = index * total / count
            return rows[row * dimension..<(row + 1) * dimension]
        }
    }

    /// The least number of probes that finds enough of what an exact search finds, doubling from one.
    ///
    /// - Parameters:
    ///   - bank: an approximate bank.
    ///   - scope: the rows a query of a row looks through.
    /// - Returns: the probes and the recall reached with them.
    func tune(
        _ bank: EmbeddingBank,
        scope: (Int) -> Range<Int>
    ) throws(VectorIndexError) -> (probes: Int, recall: Double) {
        let lists = bank.index.lists ?? 1
        let queries = min(200, bank.windows.count)
        var probes = 1
        while true {
            var found = 0
            var wanted = 0
            for query in 0..<queries {
                let row = query * bank.windows.count / queries
                let embedding = try bank.index.row(row)
                let rows = scope(row)
                let truth = try bank.index.search(
                    embedding,
                    k: Evidence.neighbours,
                    probes: lists,
                    within: rows
                )
                let answer = try bank.index.search(
                    embedding,
                    k: Evidence.neighbours,
                    probes: probes,
                    within: rows
                )
                // By distance, not by row: of equal rows either is right.
                let farthest = truth[query: 0].last?.squaredDistance ?? 0
                wanted += truth[query: 0].count
                found += answer[query: 0].count { $0.squaredDistance <= farthest }
            }
            let recall = wanted == 0 ? 1 : min(Double(found) / Double(wanted), 1)
            if recall >= Self.recallTarget || probes >= lists { return (min(probes, lists), recall) }
            probes *= 2
        }
    }
}
