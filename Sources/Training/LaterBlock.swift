internal import Statistics
internal import Windows

/// The windows of a meter that are judged by what came before them, to learn how an index does on what it has
/// not seen.
///
/// A forward chain over the history: the fifths after the first two, each judged by all before it; of a history
/// too short to know a week each quarter but the first. One block alone, the last, set the alarm line by the
/// weather of a few weeks; a chain of months halved the false alarms on what came later.
package struct LaterBlock: Sendable {
    package let meter: Int
    /// The link of the chain, from 0: meters' blocks of one link are judged by one forest.
    package let link: Int
    /// Rows of the window table.
    package let rows: Range<Int>
    /// Those of them that are judged: evenly spaced ones of each class, in order.
    package let judged: [Int]

    /// A judged window takes as long as a query; so many of each class in all say enough.
    private static let windowLimit = 48_000
    /// Fewer where each is compared with many rows of many numbers: so many products of two numbers in all, well
    /// under a minute of one core.
    private static let productLimit = 400_000_000_000
    /// But so many of each block are needed to tell a meter's tendency.
    private static let leastOfBlock = 60

    private init(meter: Int, link: Int, rows: Range<Int>, limit: Int, of table: WindowTable) {
        self.meter = meter
        self.link = link
        self.rows = rows
        let normals = rows.filter { !table.anomalous[$0] }
        let anomalies = rows.filter { table.anomalous[$0] }
        judged = (normals.thinned(to: limit) + anomalies.thinned(to: limit)).sorted()
    }

    /// The blocks of all meters.
    ///
    /// - Parameter hasCalendar: whether each meter's history is long enough to know a week.
    package static func blocks(of table: WindowTable, hasCalendar: [Bool]) -> [LaterBlock] {
        let widest = table.rows.map(\.count).max() ?? 0
        let affordable = productLimit / max(widest * table.layout.featureCount, 1)
        let limit = max(min(windowLimit, affordable) / max(3 * table.rows.count, 1), leastOfBlock)
        return table.rows.enumerated().flatMap { meter, rows in
            let cuts = hasCalendar[meter] ? [0.4, 0.6, 0.8, 1] : [0.25, 0.5, 0.75, 1]
            let places = cuts.map { rows.lowerBound + Int(Double(rows.count) * $0) }
            return zip(places, places.dropFirst()).enumerated().map { link, ends in
                LaterBlock(meter: meter, link: link, rows: ends.0..<ends.1, limit: limit, of: table)
            }
        }.filter { !$0.rows.isEmpty }
    }
}
