internal import Detection
internal import Readings
internal import Storage
internal import Tasks
internal import VectorIndex

/// Puts embeddings into banks, and decides how each is searched.
struct BankBuilder: Sendable {
    let options: BuildOptions
    /// The meters' names, by number.
    let meters: [Name]

    /// The most rows that a query scans exactly by default: a million rows of 64 numbers take under 3 ms of
    /// one core (docs/performance.md), and no neighbour is ever missed.
    static let flatLimit = 1_000_000
    /// How many rows FAISS needs to place one list.
    private static let rowsPerList = 39
    /// The number of lists is this times the square root of the number of rows. With a million windows, half
    /// as many lists and twice as many were no faster at finding 99 % of the neighbours (docs/decisions.md),
    /// and twice as many take four times as long to train. How many of the lists are searched is measured on
    /// each index.
    private static let listFactor = 2.0

    /// The banks of an index, searched exactly: while an index is learnt, windows are compared with all that
    /// was known before them, and searching every list would take ten times as long.
    ///
    /// - Parameters:
    ///   - windows: the embeddings of all windows.
    ///   - normals: the rows of the normal bank, ascending.
    ///   - blocks: the parts of an embedding that belong to one channel each.
    func banks(
        of windows: EncodedShard,
        normals: [Int],
        blocks: [Range<Int>]
    ) throws(VectorIndexError) -> Banks {
        // In time order, so that the anomalies known at a time are consecutive rows.
        let anomalies = (0..<windows.count).filter { windows.anomalous[$0] }
            .sorted { (windows.windows[$0].time, $0) < (windows.windows[$1].time, $1) }
        let whole = 0..<windows.dimension
        let normal = try bank(of: windows, rows: normals, block: whole, isAnomalous: false)
        var channels: [EmbeddingBank] = []
        if blocks.count > 1 {
            for block in blocks {
                channels.append(try bank(of: windows, rows: normals, block: block, isAnomalous: false))
            }
        }
        return Banks(
            normal: normal,
            channels: channels,
            anomalous: try bank(of: windows, rows: anomalies, block: whole, isAnomalous: true),
            blocks: blocks
        )
    }

    /// A bank of some rows and one part of their embeddings.
    private func bank(
        of windows: EncodedShard,
        rows: [Int],
        block: Range<Int>,
        isAnomalous: Bool
    ) throws(VectorIndexError) -> EmbeddingBank {
        var numbers: [Float] = []
        numbers.reserveCapacity(rows.count * block.count)
        for row in rows {
            let start = row * windows.dimension
            numbers += windows.embeddings[start + block.lowerBound..<start + block.upperBound]
        }
        var index = try VectorIndex(flatDimension: block.count)
        try index.add(numbers)
        return EmbeddingBank(
            index,
            windows: rows.map { windows.windows[$0] },
            meters: meters,
            probes: nil,
            isAnomalous: isAnomalous
        )
    }

    /// A bank as the index serves it, with as many probes as the options ask for, and what the manifest says
    /// of it.
    ///
    /// - Parameters:
    ///   - bank: a bank searched exactly.
    ///   - scanned: how many rows a query scans at most.
    ///   - scope: the rows that a query of a row scans.
    func served(
        _ bank: EmbeddingBank,
        scanned: Int,
        report: ProgressReport,
        scope: (Int) -> Range<Int>
    ) throws(VectorIndexError) -> (EmbeddingBank, Manifest.BankSummary) {
        let arranged = try arranged(bank, scanned: scanned)
        guard let lists = arranged.index.lists else {
            return (bank, Manifest.BankSummary(rows: bank.windows.count, index: "flat"))
        }
        report(TaskProgress("search", done: 0, total: 1))
        let tuning = try tune(arranged, scope: scope)
        let summary = Manifest.BankSummary(
            rows: bank.windows.count,
            index: "ivf",
            lists: lists,
            probes: tuning.probes,
            recall: tuning.recall
        )
        return (arranged.probing(tuning.probes), summary)
    }

    /// The bank in lists where the options or its size ask for them; otherwise the same bank.
    ///
    /// - Parameters:
    ///   - bank: a bank searched exactly.
    ///   - scanned: how many rows a query scans at most.
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
