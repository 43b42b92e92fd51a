internal import Detection
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
    /// FAISS wants so many rows to place one list.
    private static let rowsPerList = 39
    /// The number of lists is this times the square root of the number of rows: of a million windows half of it and
    /// twice it found 99 % of the neighbours no sooner (docs/decisions.md), and twice it takes four times as long
    /// to train. How many of the lists are searched is measured on each index.
    private static let listFactor = 2.0

    /// A bank of some rows, searched exactly: while an index is learnt, windows are compared with all that was known
    /// before them, which looking into every list would take ten times as long for.
    ///
    /// - Parameters:
    ///   - rows: row-major, one a window.
    ///   - dimension: the length of a row.
    ///   - windows: what the rows stand for.
    func bank(
        _ rows: [Float],
        dimension: Int,
        windows: [KnownWindow],
        isAnomalous: Bool
    ) throws(VectorIndexError) -> EmbeddingBank {
        var index = try VectorIndex(flatDimension: dimension)
        try index.add(rows)
        return EmbeddingBank(index, windows: windows, meters: meters, probes: nil, isAnomalous: isAnomalous)
    }

    /// The bank as the index is to hold it: in lists where the options or its size ask for them.
    ///
    /// - Parameters:
    ///   - bank: a bank searched exactly.
    ///   - scanned: how many rows a query looks through at most.
    func arranged(_ bank: EmbeddingBank, scanned: Int) throws(VectorIndexError) -> EmbeddingBank {
        guard let lists = lists(rows: bank.windows.count, scanned: scanned) else { return bank }
        let dimension = bank.index.dimension
        var rows: [Float] = []
        rows.reserveCapacity(bank.windows.count * dimension)
        for row in bank.windows.indices { rows += try bank.index.row(row) }
        var index = try VectorIndex(
            ivfDimension: dimension,
            lists: lists,
            trainingRows: sample(rows, dimension: dimension, count: lists * 64),
            seed: options.seed
        )
        try index.add(rows)
        return EmbeddingBank(
            index,
            windows: bank.windows,
            meters: meters,
            probes: lists,
            isAnomalous: bank.isAnomalous
        )
    }

    private func lists(rows: Int, scanned: Int) -> Int? {
        switch options.search {
        case .flat: nil
        case .automatic where scanned <= Self.flatLimit: nil
        case .ivf where rows < Self.rowsPerList: nil
        case .automatic, .ivf:
            min(max(Int(Self.listFactor * Double(rows).squareRoot()), 1), rows / Self.rowsPerList)
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
}
