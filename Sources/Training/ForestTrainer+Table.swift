internal import Detection
internal import Statistics
internal import Windows

extension ForestTrainer {
    /// More normal rows than this make trees slower, not better; evenly spaced ones stand for all.
    static let normalLimit = 40_000
    /// Likewise of anomalous rows.
    static let anomalousLimit = 8_000

    /// A trainer on some rows of a window table; nil where they are of one class.
    init?(_ table: WindowTable, rows: [Int], seed: Int) {
        let anomalies = rows.filter { table.anomalous[$0] }.thinned(to: Self.anomalousLimit)
        let normals = rows.filter { !table.anomalous[$0] }.thinned(to: Self.normalLimit)
        guard !anomalies.isEmpty, !normals.isEmpty else { return nil }
        let rows = (anomalies + normals).sorted()
        let width = table.layout.featureCount + ForestInput.contextCount
        var columns = [[Float]](repeating: [], count: width)
        for column in columns.indices { columns[column].reserveCapacity(rows.count) }
        for row in rows {
            for (column, value) in table.forestInput(of: row).enumerated() { columns[column].append(value) }
        }
        self.init(
            columns: columns,
            anomalous: rows.map { table.anomalous[$0] },
            seed: UInt64(bitPattern: Int64(seed))
        )
    }
}

extension WindowTable {
    /// What a tree sees of a row.
    func forestInput(of row: Int) -> [Float] {
        ForestInput.row(features(of: row), meter: windows[row].meter, time: windows[row].time)
    }
}
