internal import Foundation
internal import GRDB
internal import Incidents
public import Readings
internal import Verdicts

// Readings of a meter whose clock was ahead. They are kept, and count for nothing: the true reading of that
// time can come.

extension Journal {
    /// The table of readings that were set aside.
    static func makeSetAside(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE set_aside (
                    sequence INTEGER PRIMARY KEY,
                    meter TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    "values" BLOB NOT NULL,
                    checksum INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX set_aside_reading ON set_aside (meter, time);
                """
        )
    }

    /// Sets the readings of a meter aside that are later than a time, and came before one of its readings;
    /// their judgements go. What came after that is right: the journal may hold much of it by now.
    ///
    /// - Parameters:
    ///   - time: that time.
    ///   - reading: the time of that reading, which is in the journal.
    ///   - quiet: the meter's quiet spell, in milliseconds.
    /// - Returns: what is other than before of ``MetersWithIncidents``.
    func setAside(
        _ meter: Name,
        after time: Timestamp,
        before reading: Timestamp,
        quiet: Int64,
        in database: Database
    ) throws -> MetersWithIncidents {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT sequence, time FROM reading WHERE meter = :meter AND time > :time AND sequence < (
                    SELECT sequence FROM reading WHERE meter = :meter AND time = :reading
                ) ORDER BY time
                """,
            arguments: [
                "meter": meter.text, "time": time.milliseconds, "reading": reading.milliseconds,
            ]
        )
        guard !rows.isEmpty else { return [:] }
        var times: [Timestamp] = []
        for row in rows {
            let number = try row.decode(Int64.self, atIndex: 0)
            times.append(Timestamp(milliseconds: try row.decode(atIndex: 1)))
            for sql in [
                "INSERT OR REPLACE INTO set_aside SELECT sequence, meter, time, \"values\", checksum FROM reading "
                    + "WHERE sequence = ?",
                "DELETE FROM judgement WHERE reading = ?", "DELETE FROM explanation WHERE reading = ?",
                "DELETE FROM reading WHERE sequence = ?",
            ] {
                try database.cachedStatement(sql: sql).execute(arguments: [number])
            }
        }
        var incidents = try MeterIncidents(of: meter, quiet: quiet, self, database)
        try incidents.forget(times)
        return [meter: incidents.open != nil]
    }

    /// The readings of a meter that were set aside, in the order they came.
    public func setAside(of meter: Name) throws(CatalogError) -> [Reading] {
        try reading("readings that were set aside") { database in
            guard try database.tableExists("set_aside") else { return [] }
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT meter, time, "values", checksum, sequence FROM set_aside
                    WHERE meter = ? ORDER BY sequence
                    """,
                arguments: [meter.text]
            ).compactMap(wholeReading)
        }
    }

    /// How many readings are set aside, of all meters.
    public func setAsideCount() throws(CatalogError) -> Int {
        try reading("readings that were set aside") { database in
            guard try database.tableExists("set_aside") else { return 0 }
            return try Int.fetchOne(database, sql: "SELECT count(*) FROM set_aside") ?? 0
        }
    }

    /// Reads all of them, and notes those that were altered.
    func checkSetAside(_ database: Database) throws {
        guard try database.tableExists("set_aside") else { return }
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT meter, time, \"values\", checksum, sequence FROM set_aside"
        )
        while let row = try rows.next() { _ = try wholeReading(row) }
    }
}

extension HeldReadings {
    /// The readings of a meter that were set aside, as its clock was ahead, in the order they came.
    public func setAside(of meter: Name, since: Timestamp?, until: Timestamp?) throws -> [Reading] {
        try (history.journal?.setAside(of: meter) ?? []).filter { reading in
            reading.time >= since ?? reading.time && until.map { reading.time < $0 } ?? true
                && reading.values.count == columns.count
        }
    }
}
