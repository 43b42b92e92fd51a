internal import GRDB
package import Readings
package import Verdicts

/// A label with its number in the journal, or a withdrawal: of several for one window the one with the
/// greatest number counts.
package struct NumberedLabel: Sendable {
    package let number: Int64
    package let meter: Name
    package let time: Timestamp
    /// The label; nil if a person took the labels of the reading back.
    package let label: Label?

    /// A label with its number.
    package init(_ entry: LabelEntry, number: Int64) {
        (meter, time, label) = (entry.meter, entry.time, entry.label)
        self.number = number
    }

    /// A withdrawal with its number.
    package init(withdrawing number: Int64, _ meter: Name, _ time: Timestamp) {
        (self.meter, self.time, label) = (meter, time, nil)
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
    /// The labels and withdrawals after a number, in the order given.
    ///
    /// - Parameters:
    ///   - end: only those up to this number.
    ///   - limit: how many at most.
    /// - Returns: the labels, and the number that they reach to.
    package func numberedLabels(
        after number: Int64,
        through end: Int64 = .max,
        limit: Int = .max
    ) throws(CatalogError) -> (labels: [NumberedLabel], end: Int64) {
        try reading("labels") { database in
            var labels: [NumberedLabel] = []
            var (rows, last) = (0, number)
            let cursor = try Row.fetchCursor(
                database,
                sql: try Self.selection(database, where: "sequence > :after AND sequence <= :through")
                    + " ORDER BY sequence LIMIT :limit",
                arguments: ["after": number, "through": end, "limit": limit]
            )
            while let row = try cursor.next() {
                rows += 1
                last = try row.decode(atIndex: 5)
                if let label = try wholeNumberedLabel(row) { labels.append(label) }
            }
            // Numbers may have been given to rows that are gone.
            return (labels, rows < limit ? max(last, try Self.position(database).labels) : last)
        }
    }

    /// Rows of labels and withdrawals for which a condition holds.
    static func selection(_ database: Database, where condition: String) throws -> String {
        let labels = "SELECT meter, time, anomalous, kind, checksum, sequence FROM label WHERE \(condition)"
        return try hasFeedback(database) ? "\(labels) UNION ALL \(withdrawals) WHERE \(condition)" : labels
    }

    func wholeNumberedLabel(_ row: Row) throws -> NumberedLabel? {
        guard try row.decode(Bool?.self, atIndex: 2) != nil else { return try wholeWithdrawal(row) }
        let number = try row.decode(Int64.self, atIndex: 5)
        return try wholeLabel(row).map { NumberedLabel($0, number: number) }
    }

    /// The last label or withdrawal of each of a meter's readings between two times, both included.
    package func lastLabels(
        of meter: Name,
        in times: ClosedRange<Timestamp>
    ) throws(CatalogError) -> [Timestamp: NumberedLabel] {
        try reading("a meter's labels") { database in
            let cursor = try Row.fetchCursor(
                database,
                sql: try Self.selection(database, where: "meter = :meter AND time BETWEEN :from AND :through")
                    + " ORDER BY sequence",
                arguments: [
                    "meter": meter.text, "from": times.lowerBound.milliseconds,
                    "through": times.upperBound.milliseconds,
                ]
            )
            var last: [Timestamp: NumberedLabel] = [:]
            while let row = try cursor.next() {
                if let label = try wholeNumberedLabel(row) { last[label.time] = label }
            }
            return last
        }
    }

    /// How many withdrawals there are up to a number.
    package func withdrawals(through number: Int64) throws(CatalogError) -> Int {
        try reading("withdrawals") { database in
            guard try Self.hasFeedback(database) else { return 0 }
            let sql = "SELECT count(*) FROM withdrawal WHERE sequence <= ?"
            return try Int.fetchOne(database, sql: sql, arguments: [number]) ?? 0
        }
    }

    /// The withdrawals that a generation should contain and does not: a program that knew of none has built
    /// it. They are those after which, up to its position, no label was given.
    package func withdrawalsMissing(in manifest: Manifest) throws(CatalogError) -> [NumberedLabel] {
        let end = manifest.journal.labels
        guard try withdrawals(through: end) > manifest.withdrawals ?? 0 else { return [] }
        return try reading("withdrawals") { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(Self.withdrawals) WHERE sequence <= :end AND NOT EXISTS (
                        SELECT 1 FROM label WHERE label.meter = withdrawal.meter
                        AND label.time = withdrawal.time AND label.sequence > withdrawal.sequence
                        AND label.sequence <= :end
                    ) ORDER BY sequence
                    """,
                arguments: ["end": end]
            ).compactMap(wholeWithdrawal)
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
