internal import Foundation
internal import GRDB
internal import Incidents
internal import Readings
internal import Verdicts

extension Journal {
    /// The event of each incident, and how its first alarm differs from what is usual.
    static func makeEvents(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE incident ADD COLUMN event INTEGER;
                CREATE INDEX incident_of_event ON incident (event) WHERE event IS NOT NULL;
                CREATE INDEX incident_by_start ON incident (start);
                CREATE TABLE departure (
                    incident INTEGER PRIMARY KEY,
                    generation INTEGER NOT NULL,
                    "values" BLOB NOT NULL,
                    checksum INTEGER NOT NULL
                ) STRICT;
                """
        )
    }

    /// Keeps how an incident's first alarm differs from what is usual.
    func write(_ departure: Departure, of incident: Int64, in database: Database) throws {
        let bytes = departure.values.withUnsafeBytes { Data($0) }
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO departure (incident, generation, "values", checksum)
                VALUES (?, ?, ?, ?)
                """
        ).execute(
            arguments: [incident, departure.generation, bytes, Self.checksum(departure, of: incident)]
        )
    }

    /// Puts an incident that was just begun into the event that it belongs to, and into none if it stands
    /// alone. The first incident of an event is put into it when the second one comes.
    ///
    /// - Parameters:
    ///   - departure: how its first alarm differs from what is usual; nil for one that was found by times:
    ///     such incidents are alike.
    ///   - quiet: the meter's quiet spell, in milliseconds.
    func joinEvent(
        _ incident: inout Incident,
        _ departure: Departure?,
        quiet: Int64,
        in database: Database
    ) throws {
        let together = Int64(SharedEvent.readingsTogether * Double(quiet) / Double(AlarmRuns.quietReadings))
        let others = try Self.incidents(
            """
            WHERE start BETWEEN ? AND ? AND origin = ? AND withdrawn = 0 AND meter <> ? AND id <> ?
            ORDER BY id LIMIT ?
            """,
            [
                incident.start.milliseconds - together, incident.start.milliseconds + together,
                incident.origin.rawValue, incident.meter.text, incident.id,
                // The first ones: an event has the number of its first incident.
                departure == nil ? 1 : Self.mostCandidates,
            ],
            in: database,
            noteAltered
        )
        let event: Int64?
        if let departure {
            let candidates = try others.map {
                SharedEvent.Candidate(
                    id: $0.id,
                    event: $0.event,
                    departure: try self.departure(of: $0.id, in: database),
                    apart: SharedEvent.readings(from: $0.start, to: incident.start, quiet: quiet)
                )
            }
            event = SharedEvent.event(of: departure, among: candidates)
        } else {
            event = others.first.map { $0.event ?? $0.id }
        }
        guard let event else { return }
        incident.event = event
        try write(incident, in: database)
        guard var first = others.first(where: { $0.id == event }), first.event == nil else { return }
        first.event = event
        try write(first, in: database)
    }

    /// With how many incidents one is compared at most: each of thousands that begin at once is.
    private static let mostCandidates = 32

    private func departure(of incident: Int64, in database: Database) throws -> Departure? {
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT generation, \"values\", checksum FROM departure WHERE incident = ?"
            ),
            arguments: [incident]
        )
        return try row.flatMap { try wholeDeparture($0, of: incident) }
    }

    private func wholeDeparture(_ row: Row, of incident: Int64) throws -> Departure? {
        let bytes: Data = try row.decode(atIndex: 1)
        let values = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        let departure = Departure(generation: try row.decode(atIndex: 0), values: values)
        if try Self.checksum(departure, of: incident) == row.decode(atIndex: 2) { return departure }
        noteAltered("departure of incident \(incident)")
        return nil
    }

    /// Reads all departures, and notes those that were altered.
    func checkDepartures(_ database: Database) throws {
        guard try database.tableExists("departure") else { return }
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT generation, \"values\", checksum, incident FROM departure"
        )
        while let row = try rows.next() { _ = try wholeDeparture(row, of: row.decode(atIndex: 3)) }
    }

    private static func checksum(_ departure: Departure, of incident: Int64) -> Int64 {
        var checksum = RowChecksum()
        checksum.add(incident)
        checksum.add(Int64(departure.generation))
        for value in departure.values { checksum.add(Int64(value.bitPattern)) }
        return checksum.value
    }
}
