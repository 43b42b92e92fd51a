internal import Foundation
internal import GRDB
public import Readings
internal import Synchronization
public import Verdicts

extension Journal {
    /// The altered rows among those read so far, such as `label 5`: the first thousand found; empty when all
    /// is well.
    ///
    /// An altered row is skipped wherever rows are read: a label that was never given must decide nothing,
    /// and the rows beside it are still good.
    public var alteredRows: [String] { altered.withLock { $0.sorted() } }

    /// The labels after a position, up to another, in the order given.
    public func labels(
        after position: JournalPosition,
        through end: JournalPosition? = nil
    ) throws(CatalogError) -> [LabelEntry] {
        try reading("labels") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, anomalous, kind, checksum, sequence FROM label
                    WHERE sequence > ? AND sequence <= ? ORDER BY sequence
                    """,
                arguments: [position.labels, end?.labels ?? .max]
            ).compactMap(wholeLabel)
        }
    }

    /// The readings after a position, up to another, in the order they came.
    public func readings(
        after position: JournalPosition,
        through end: JournalPosition? = nil
    ) throws(CatalogError) -> [Reading] {
        try reading("readings") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, "values", checksum, sequence FROM reading
                    WHERE sequence > ? AND sequence <= ? ORDER BY sequence
                    """,
                arguments: [position.readings, end?.readings ?? .max]
            ).compactMap(wholeReading)
        }
    }

    /// A meter's readings after a position, in time order.
    ///
    /// - Parameters:
    ///   - from: only readings at or after this, milliseconds since 1970; nil for all.
    ///   - before: only readings earlier than this; nil for all.
    public func readings(
        meter: Name,
        from: Int64? = nil,
        before: Int64? = nil,
        after position: JournalPosition
    ) throws(CatalogError) -> [StoredReading] {
        try reading("a meter's readings") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, "values", checksum, sequence FROM reading
                    WHERE meter = ? AND time >= ? AND time < ? AND sequence > ? ORDER BY time
                    """,
                arguments: [meter.text, from ?? .min, before ?? .max, position.readings]
            ).compactMap(wholeReading).map { StoredReading($0) }
        }
    }

    /// The time of one of a meter's readings after a position, counted from a time on; nil if there are not
    /// so many.
    ///
    /// - Parameter rank: how many readings are earlier.
    func time(
        of meter: Name,
        from: Int64?,
        rank: Int,
        after position: JournalPosition
    ) throws(CatalogError) -> Int64? {
        try reading("a time") { database in
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT time FROM reading WHERE meter = ? AND time >= ? AND sequence > ?
                    ORDER BY time LIMIT 1 OFFSET ?
                    """,
                arguments: [meter.text, from ?? .min, position.readings, rank]
            )
        }
    }

    /// The times of a meter's readings of some channels between two times, both included, after a position,
    /// in order.
    ///
    /// - Parameter limit: how many at most.
    func times(
        of meter: Name,
        channels: Int,
        in times: ClosedRange<Timestamp>,
        after position: JournalPosition,
        limit: Int
    ) throws(CatalogError) -> [Timestamp] {
        try reading("times") { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT time FROM reading
                    WHERE meter = ? AND time BETWEEN ? AND ? AND sequence > ? AND length("values") = ?
                    ORDER BY time LIMIT ?
                    """,
                arguments: [
                    meter.text, times.lowerBound.milliseconds, times.upperBound.milliseconds,
                    position.readings, Values.bytes(channels: channels), limit,
                ]
            ).map { Timestamp(milliseconds: $0) }
        }
    }

    /// The time of a meter's latest reading of some channels before another time, after a position, or nil.
    public func newestTime(
        meter: Name,
        channels: Int,
        before: Int64 = .max,
        after position: JournalPosition
    ) throws(CatalogError) -> Int64? {
        try reading("a time") { database in
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT time FROM reading
                    WHERE meter = ? AND time < ? AND sequence > ? AND length("values") = ?
                    ORDER BY time DESC LIMIT 1
                    """,
                arguments: [meter.text, before, position.readings, Values.bytes(channels: channels)]
            )
        }
    }

    /// Whether a reading of a meter at a time is in the journal after a position.
    public func holds(
        _ meter: Name,
        at time: Timestamp,
        after position: JournalPosition
    ) throws(CatalogError) -> Bool {
        try reading("a reading") { database in
            try Bool.fetchOne(
                database.cachedStatement(
                    sql: "SELECT sequence > ? FROM reading WHERE meter = ? AND time = ?"
                ),
                arguments: [position.readings, meter.text, time.milliseconds]
            ) ?? false
        }
    }

    /// The meters that pushed readings of some channels after a position and not after another, without those
    /// that are known.
    public func meters(
        channels: Int,
        after position: JournalPosition,
        through end: JournalPosition,
        besides isKnown: (Name) -> Bool = { _ in false }
    ) throws(CatalogError) -> [Name] {
        try reading("meters") { database in
            let names = try String.fetchCursor(
                database,
                sql: """
                    SELECT DISTINCT meter FROM reading NOT INDEXED
                    WHERE sequence > ? AND sequence <= ? AND length("values") = ?
                    """,
                arguments: [position.readings, end.readings, Values.bytes(channels: channels)]
            )
            var meters: [Name] = []
            while let name = try names.next() {
                if !isKnown(Name(name)) { meters.append(Name(name)) }
            }
            return meters
        }
    }

    /// Those of some meters that pushed no reading of some channels after a position and not after another.
    public func withoutReadings(
        _ meters: some Sequence<Name>,
        channels: Int,
        after position: JournalPosition,
        through end: JournalPosition
    ) throws(CatalogError) -> [Name] {
        // As at a start: SQLite would look through all readings of each meter for none.
        guard position.readings < end.readings else { return Array(meters) }
        return try reading("meters") { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM reading
                        WHERE meter = ? AND sequence > ? AND sequence <= ? AND length("values") = ?
                    )
                    """
            )
            let (bytes, range) = (Values.bytes(channels: channels), (position.readings, end.readings))
            return try meters.filter { meter in
                try Bool.fetchOne(statement, arguments: [meter.text, range.0, range.1, bytes]) != true
            }
        }
    }

    /// The times of the earliest and the latest reading of some channels after a position and not after
    /// another, of any meter; nil if there is none.
    public func times(
        channels: Int,
        after position: JournalPosition,
        through end: JournalPosition
    ) throws(CatalogError) -> ClosedRange<Int64>? {
        try reading("times") { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT min(time), max(time) FROM reading NOT INDEXED
                    WHERE sequence > ? AND sequence <= ? AND length("values") = ?
                    """,
                arguments: [position.readings, end.readings, Values.bytes(channels: channels)]
            )
            guard let row, let first = try row.decode(Int64?.self, atIndex: 0),
                let last = try row.decode(Int64?.self, atIndex: 1)
            else { return nil }
            return first...last
        }
    }

    /// Lets SQLite check the file, and compares every row with its checksum; those that were altered are then
    /// in ``alteredRows``.
    ///
    /// - Returns: what SQLite finds: pages and keys that do not fit together; empty when all is well.
    public func check() throws(CatalogError) -> [String] {
        try reading("the check") { database in
            let damage = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            let labels = try Row.fetchCursor(
                database,
                sql: "SELECT meter, time, anomalous, kind, checksum, sequence FROM label"
            )
            while let row = try labels.next() { _ = try wholeLabel(row) }
            let readings = try Row.fetchCursor(
                database,
                sql: "SELECT meter, time, \"values\", checksum, sequence FROM reading"
            )
            while let row = try readings.next() { _ = try wholeReading(row) }
            try checkJudgements(database)
            try checkFeedback(database)
            try checkIncidents(database)
            try checkIncidentChanges(database)
            _ = try changedSpans(database)
            try checkSetAside(database)
            return damage
        }
    }

    /// The label of a row; nil if the row was altered, which is noted.
    ///
    /// `decode` and not the subscript: an unreadable row must be an error and not a trap.
    func wholeLabel(_ row: Row) throws -> LabelEntry? {
        let kind = try row.decode(String?.self, atIndex: 3)
        let label = LabelEntry(
            meter: Name(try row.decode(atIndex: 0)),
            time: Timestamp(milliseconds: try row.decode(atIndex: 1)),
            label: try row.decode(Bool.self, atIndex: 2) ? .anomalous(kind: kind.map { Name($0) }) : .normal
        )
        guard try label.checksum == row.decode(atIndex: 4) else {
            noteAltered("label \(try row.decode(Int64.self, atIndex: 5))")
            return nil
        }
        return label
    }

    /// The reading of a row; nil if the row was altered, which is noted.
    func wholeReading(_ row: Row) throws -> Reading? {
        let bytes = try row.decode(Data.self, atIndex: 2)
        let reading = Reading(
            meter: Name(try row.decode(atIndex: 0)),
            time: Timestamp(milliseconds: try row.decode(atIndex: 1)),
            values: Values.array(bytes)
        )
        guard try reading.checksum == row.decode(atIndex: 3), Values.data(reading.values[...]) == bytes else {
            noteAltered("reading \(try row.decode(Int64.self, atIndex: 4))")
            return nil
        }
        return reading
    }

    /// The altered rows that are remembered at most: a longer list would not be read.
    private static let alteredLimit = 1_000

    func noteAltered(_ row: String) {
        altered.withLock { rows in
            if rows.count < Self.alteredLimit { rows.insert(row) }
        }
    }

    func reading<Value>(
        _ what: String,
        _ body: (Database) throws -> Value
    ) throws(CatalogError) -> Value {
        do { return try database.read(body) } catch { throw CatalogError(path, "reading \(what)", error) }
    }
}
