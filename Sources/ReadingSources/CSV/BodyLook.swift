internal import Text

/// What the rows of a file look like, by its last ones, so that a line above the header with a date in it
/// is told from a row.
struct BodyLook {
    private let records: [SampledText.Record]
    private let stampColumns: [Int]
    private let width: Int
    /// What nearly all cells of each column are; nil where they differ, or are text.
    private let kinds: [Kind?]

    private enum Kind {
        case date
        case clock
        case number

        init?(_ look: CellLook) {
            switch look {
            case .date: self = .date
            case .clock: self = .clock
            case .bareStamp, .number: self = .number
            case .empty, .text: return nil
            }
        }
    }

    /// - Parameter stampColumns: the columns that hold days in most rows.
    init(_ records: [SampledText.Record], _ stampColumns: [Int]) {
        self.records = records
        self.stampColumns = stampColumns
        let body = records.suffix(max(1, min(records.count / 2, 60)))
        var widths: [Int: Int] = [:]
        for record in body { widths[record.cells.count, default: 0] += 1 }
        width = widths.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
        kinds = (0..<width).map { column in
            var counts: [Kind: Int] = [:]
            for record in body where column < record.cells.count {
                if let kind = Kind(CellLook(record.cells[column])) { counts[kind, default: 0] += 1 }
            }
            return counts.first { $0.value * 10 >= body.count * 9 }?.key
        }
    }

    /// The first record that is like the last ones; nil if none is.
    var firstRow: Int? {
        records.firstIndex { record in
            let looks = record.cells.map { CellLook($0) }
            return looks.count >= width
                && stampColumns.contains { $0 < looks.count && looks[$0].isStamp }
                && zip(looks, kinds).allSatisfy { look, kind in
                    kind == nil || look == .empty || Kind(look) == kind
                }
        }
    }
}
