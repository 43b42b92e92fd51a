internal import Foundation
internal import GRDB
public import Incidents
internal import Readings

// What changed of incidents, in order, and how far each sink has delivered it. A row an incident: a sink that
// was away for a year finds each incident once, as it is now, and the table never grows beyond the incidents.

extension Journal {
    /// The tables of changes, and of sinks.
    static func makeIncidentChanges(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE incident_change (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    incident INTEGER NOT NULL UNIQUE,
                    time INTEGER NOT NULL,
                    checksum INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE sink (
                    name TEXT NOT NULL PRIMARY KEY,
                    delivered INTEGER NOT NULL,
                    checksum INTEGER NOT NULL
                ) STRICT;
                """
        )
    }

    /// Notes that an incident was written, or marked, in the transaction that does it.
    func noteChange(of incident: Int64, in database: Database) throws {
        let number = try Self.lastChange(database) + 1
        let time = Int64(Date().timeIntervalSince1970 * 1_000)
        // Takes the place of the incident's row of before, whose number is never given again.
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO incident_change (number, incident, time, checksum)
                VALUES (?, ?, ?, ?)
                """
        ).execute(
            arguments: [number, incident, time, Self.checksum(ofChange: number, incident, time)]
        )
    }

    /// The incidents that changed after a change, by their newest one.
    ///
    /// - Parameters:
    ///   - number: the number of that change; 0 for all.
    ///   - limit: how many at most.
    public func incidentChanges(
        after number: Int64,
        limit: Int
    ) throws(CatalogError) -> [IncidentChange] {
        try reading("changes of incidents") { database in
            let rows = try Row.fetchAll(
                database.cachedStatement(sql: "\(Self.changes) WHERE number > ? ORDER BY number LIMIT ?"),
                arguments: [number, limit]
            )
            return try rows.map { row in
                let id = try row.decode(Int64.self, atIndex: 1)
                let isWhole = try isWholeChange(row)
                return IncidentChange(
                    number: try row.decode(atIndex: 0),
                    id: id,
                    time: Timestamp(milliseconds: try row.decode(atIndex: 2)),
                    incident: isWhole ? try whole(incident: id, in: database) : nil
                )
            }
        }
    }

    /// How many incidents changed after a change.
    public func countOfChanges(after number: Int64) throws(CatalogError) -> Int {
        try reading("changes of incidents") { database in
            try Int.fetchOne(
                database.cachedStatement(sql: "SELECT count(*) FROM incident_change WHERE number > ?"),
                arguments: [number]
            ) ?? 0
        }
    }

    /// How far a sink has come; one that the journal does not know yet begins at the newest change.
    ///
    /// - Returns: the number of the last change that it need not deliver; 0 if its row was altered, so that
    ///   nothing is left out.
    public func beginSink(_ name: String) throws(CatalogError) -> Int64 {
        do {
            try requireOpenedFiles()
            return try writing(patience: .seconds(10)) { database in
                if let row = try Row.fetchOne(
                    database,
                    sql: "\(Self.sinks) WHERE name = ?",
                    arguments: [name]
                ) {
                    return try wholeSink(row) ?? 0
                }
                let last = try Self.lastChange(database)
                try Self.write(sink: name, delivered: last, in: database)
                return last
            }
        } catch {
            throw CatalogError(path, "writing to the journal", error)
        }
    }

    /// Keeps how far a sink has come, without waiting for the disk: the program may be killed after that, but
    /// if the machine crashes, what came since the last durable write is delivered again.
    ///
    /// - Parameters:
    ///   - number: the number of the last change that it need not deliver.
    ///   - patience: how long to wait for another process's write.
    public func keep(
        sink name: String,
        delivered number: Int64,
        patience: Duration
    ) throws(CatalogError) {
        do {
            try requireOpenedFiles()
            try writingUnsynced(patience: patience) { database in
                try Self.write(sink: name, delivered: number, in: database)
            }
        } catch {
            throw CatalogError(path, "writing to the journal", error)
        }
    }

    /// Reads all changes and sinks, and notes those that were altered.
    func checkIncidentChanges(_ database: Database) throws {
        guard try database.tableExists("incident_change") else { return }
        let changes = try Row.fetchCursor(database, sql: Self.changes)
        while let row = try changes.next() { _ = try isWholeChange(row) }
        let sinks = try Row.fetchCursor(database, sql: Self.sinks)
        while let row = try sinks.next() { _ = try wholeSink(row) }
    }

    private static let changes = "SELECT number, incident, time, checksum FROM incident_change"
    private static let sinks = "SELECT name, delivered, checksum FROM sink"

    private static func lastChange(_ database: Database) throws -> Int64 {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'incident_change'"
        return try Int64.fetchOne(database.cachedStatement(sql: sql)) ?? 0
    }

    private static func write(sink name: String, delivered: Int64, in database: Database) throws {
        let sql = "INSERT OR REPLACE INTO sink (name, delivered, checksum) VALUES (?, ?, ?)"
        try database.cachedStatement(sql: sql).execute(
            arguments: [name, delivered, checksum(ofSink: name, delivered)]
        )
    }

    /// Writes in a transaction that is committed to the write-ahead log, but need not be on the disk.
    private func writingUnsynced(patience: Duration, _ body: (Database) throws -> Void) throws {
        try database.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA busy_timeout = \(Int(patience / .milliseconds(1)))")
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            let outcome = Result {
                try database.inTransaction(.immediate) {
                    try body(database)
                    return .commit
                }
            }
            // Before the next write, which may be one of readings.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try outcome.get()
        }
    }

    private func isWholeChange(_ row: Row) throws -> Bool {
        let (number, incident): (Int64, Int64) = try (row.decode(atIndex: 0), row.decode(atIndex: 1))
        let checksum = Self.checksum(ofChange: number, incident, try row.decode(atIndex: 2))
        if try checksum == row.decode(atIndex: 3) { return true }
        noteAltered("change \(number)")
        return false
    }

    private func wholeSink(_ row: Row) throws -> Int64? {
        let (name, delivered): (String, Int64) = try (row.decode(atIndex: 0), row.decode(atIndex: 1))
        if try Self.checksum(ofSink: name, delivered) == row.decode(atIndex: 2) { return delivered }
        noteAltered("sink \(name)")
        return nil
    }

    private static func checksum(ofChange number: Int64, _ incident: Int64, _ time: Int64) -> Int64 {
        var checksum = RowChecksum()
        for value in [number, incident, time] { checksum.add(value) }
        return checksum.value
    }

    private static func checksum(ofSink name: String, _ delivered: Int64) -> Int64 {
        var checksum = RowChecksum()
        checksum.add(name.utf8)
        checksum.add(delivered)
        return checksum.value
    }
}
