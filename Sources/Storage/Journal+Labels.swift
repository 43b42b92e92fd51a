internal import GRDB
package import Verdicts

/// A label with its number in the journal: of several labels for one window the one with the greatest number
/// counts.
package struct NumberedLabel: Sendable {
    package let number: Int64
    package let entry: LabelEntry

    /// A label with its number.
    package init(_ entry: LabelEntry, number: Int64) {
        self.entry = entry
        self.number = number
    }
}

/// Where the readings of a journal end. A journal that was lost, or replaced by an older copy that readings
/// were added to, does not hold this reading, or another in its place.
struct JournalEnd: Equatable, Sendable {
    /// The number of the last reading ever written.
    let number: Int64
    /// Its checksum; 0 where it is not there.
    let checksum: Int64
}

extension Journal {
    /// The labels after a number, in the order given.
    ///
    /// - Parameter limit: how many at most.
    /// - Returns: the labels, and the number that they reach to.
    package func numberedLabels(
        after number: Int64,
        limit: Int
    ) throws(CatalogError) -> (labels: [NumberedLabel], end: Int64) {
        try reading("labels") { database in
            var labels: [NumberedLabel] = []
            var (rows, last) = (0, number)
            let cursor = try Row.fetchCursor(
                database,
                sql: """
                    SELECT meter, time, anomalous, kind, checksum, sequence FROM label
                    WHERE sequence > ? ORDER BY sequence LIMIT ?
                    """,
                arguments: [number, limit]
            )
            while let row = try cursor.next() {
                rows += 1
                last = try row.decode(atIndex: 5)
                if let label = try wholeLabel(row) { labels.append(NumberedLabel(label, number: last)) }
            }
            // Numbers may have been given to rows that are gone.
            return (labels, rows < limit ? max(last, try Self.position(database).labels) : last)
        }
    }

    /// Where the readings end now.
    func end() throws(CatalogError) -> JournalEnd {
        try reading("its end") { database in
            let number = try Self.position(database).readings
            return JournalEnd(number: number, checksum: try Self.checksum(ofReading: number, database))
        }
    }

    /// Whether the journal still holds what it held when its readings ended there.
    func holds(_ end: JournalEnd) throws(CatalogError) -> Bool {
        try reading("its end") { database in
            try Self.checksum(ofReading: end.number, database) == end.checksum
        }
    }

    private static func checksum(ofReading number: Int64, _ database: Database) throws -> Int64 {
        let sql = "SELECT checksum FROM reading WHERE sequence = ?"
        return try Int64.fetchOne(database, sql: sql, arguments: [number]) ?? 0
    }
}
