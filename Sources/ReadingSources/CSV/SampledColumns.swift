internal import Readings
internal import Text

/// The columns of a file's first rows: what most of their cells look like.
struct SampledColumns {
    let shape: FileShape
    /// The rows, without the header and what is above it.
    let rows: [[String]]
    private let looks: [[CellLook]]

    init(_ sample: SampledText, _ shape: FileShape) {
        self.shape = shape
        let rows = sample.records.filter { $0.line >= shape.firstRowLine }.map(\.cells)
        self.rows = rows
        looks = shape.names.indices.map { column in
            rows.map { column < $0.count ? CellLook($0[column]) : .empty }
        }
    }

    /// The columns' places.
    var indices: Range<Int> { shape.names.indices }

    /// The name of a column as it is written, `""` if it has none.
    func name(_ column: Int) -> String {
        column < shape.writtenNames.count ? shape.writtenNames[column] : ""
    }

    /// The cells of a column, `""` where a row is too short.
    func cells(_ column: Int) -> [String] { rows.map { column < $0.count ? $0[column] : "" } }

    /// Whether most filled cells of a column look like this.
    func isMostly(_ column: Int, _ isOne: (CellLook) -> Bool) -> Bool {
        let filled = looks[column].count { $0 != .empty }
        return filled > 0 && looks[column].count(where: isOne) * 2 > filled
    }

    /// Whether a column is dates, with marks that numbers do not have.
    func isDates(_ column: Int) -> Bool { isMostly(column) { $0 == .date } }

    /// Whether a column is stamps of any kind.
    func isStamps(_ column: Int) -> Bool { isMostly(column, \.isStamp) }

    /// Whether a column is times of day.
    func isClock(_ column: Int) -> Bool { isMostly(column) { $0 == .clock } }

    /// Whether a column has no cell that is filled.
    func isEmpty(_ column: Int) -> Bool { looks[column].allSatisfy { $0 == .empty } }

    /// Whether a column is whole numbers without marks.
    func isWhole(_ column: Int) -> Bool {
        let filled = cells(column).filter { !$0.isEmpty }
        return !filled.isEmpty && filled.allSatisfy { $0.utf8.allSatisfy { $0.digit <= 9 } }
    }

    /// Whether a column is mostly numbers with decimals.
    func isDecimals(_ column: Int) -> Bool {
        let cells = cells(column)
        let marked = cells.count { cell in
            CellLook(cell) == .number && cell.utf8.contains { $0 == Byte.point || $0 == Byte.comma }
        }
        return marked * 2 > cells.count { !$0.isEmpty }
    }

    /// Whether a column is text, or mostly so.
    func isText(_ column: Int) -> Bool { isMostly(column) { $0 == .text } }

    /// Whether any stamp of a column has a time of day.
    func hasClock(_ column: Int) -> Bool {
        cells(column).contains { cell in
            let bytes = Array(cell.utf8)
            guard let parts = StampParts(bytes.span) else { return false }
            if case .bare(let bare) = parts.day { return bare.unit != nil || bare.digits > 8 }
            return parts.clock.map { $0 != 0 } ?? false
        }
    }

    /// Whether a column's values are all different.
    func isDistinct(_ column: Int) -> Bool {
        rows.count > 1 && Set(cells(column).map { Name($0) }).count == rows.count
    }

    /// The numbers of a column of whole numbers.
    func wholes(_ column: Int) -> [Int64] { cells(column).compactMap { Int64($0) } }

    /// The columns' names for a message, at most a dozen.
    var listOfNames: String {
        let names = shape.names
        let shown = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        return names.count > 12 ? "\(shown), … (\(names.count) in all)" : shown
    }
}
