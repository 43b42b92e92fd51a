/// The windows of a meter that are judged by what came before them, to learn how an index does on what it has
/// not seen.
///
/// The last fifth of a history that is long enough to know a week; of a shorter one each quarter but the
/// first, or there would be too few windows to calibrate with.
struct LaterBlock: Sendable {
    let meter: Int
    /// Rows of the window table that are judged.
    let rows: Range<Int>

    /// A judged window takes as long as a query; so many of a meter say enough.
    static let windowLimit = 2000

    static func blocks(of table: WindowTable, hasCalendar: [Bool]) -> [LaterBlock] {
        table.rows.enumerated().flatMap { meter, rows in
            let cuts = hasCalendar[meter] ? [0.8, 1] : [0.25, 0.5, 0.75, 1]
            let places = cuts.map { rows.lowerBound + Int(Double(rows.count) * $0) }
            return zip(places, places.dropFirst()).map { LaterBlock(meter: meter, rows: $0..<$1) }
        }.filter { !$0.rows.isEmpty }
    }

    /// The rows to judge: every anomalous one, and evenly spaced normal ones.
    func sample(_ table: WindowTable) -> [Int] {
        let stride = max(rows.count / Self.windowLimit, 1)
        return rows.filter { table.anomalous[$0] || ($0 - rows.lowerBound) % stride == 0 }
    }
}
