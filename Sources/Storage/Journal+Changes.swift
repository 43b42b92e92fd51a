internal import GRDB
public import Readings

/// Readings of a meter that came after later ones: the windows that contain them are to be judged again.
public struct ChangedSpan: Hashable, Sendable {
    /// The meter.
    public let meter: Name
    /// The time of the earliest of them.
    public let first: Timestamp
    /// The time of the latest of them.
    public let last: Timestamp

    /// The span of readings between two times, both included.
    public init(_ meter: Name, from first: Timestamp, through last: Timestamp) {
        (self.meter, self.first, self.last) = (meter, first, last)
    }
}

extension Journal {
    /// The table of spans whose windows are still to be judged again. Where the program ends before, they are
    /// when it starts again.
    static func makeChanges(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE changed_span (
                    meter TEXT NOT NULL,
                    first INTEGER NOT NULL,
                    last INTEGER NOT NULL,
                    checksum INTEGER NOT NULL,
                    PRIMARY KEY (meter, first)
                ) STRICT, WITHOUT ROWID
                """
        )
    }

    /// Replaces the spans whose windows are still to be judged again.
    func replaceChanges(with spans: [ChangedSpan], in database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM changed_span").execute()
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO changed_span (meter, first, last, checksum) VALUES (?, ?, ?, ?)"
        )
        for span in spans {
            try statement.execute(
                arguments: [
                    span.meter.text, span.first.milliseconds, span.last.milliseconds, span.checksum,
                ]
            )
        }
    }

    /// The spans whose windows are still to be judged again.
    public func changedSpans() throws(CatalogError) -> [ChangedSpan] {
        try reading("what is to be judged again", changedSpans)
    }

    /// Reads all of them, and notes those that were altered.
    func changedSpans(_ database: Database) throws -> [ChangedSpan] {
        guard try database.tableExists("changed_span") else { return [] }
        return try Row.fetchAll(
            database,
            sql: "SELECT meter, first, last, checksum FROM changed_span ORDER BY meter, first"
        ).compactMap { row in
            let span = ChangedSpan(
                Name(try row.decode(atIndex: 0)),
                from: Timestamp(milliseconds: try row.decode(atIndex: 1)),
                through: Timestamp(milliseconds: try row.decode(atIndex: 2))
            )
            if try span.checksum == row.decode(atIndex: 3), span.first <= span.last { return span }
            noteAltered("span of `\(span.meter)` that is to be judged again")
            return nil
        }
    }
}

extension ChangedSpan {
    fileprivate var checksum: Int64 {
        var checksum = RowChecksum()
        checksum.add(meter.text.utf8)
        checksum.add(first.milliseconds)
        checksum.add(last.milliseconds)
        return checksum.value
    }
}
