internal import GRDB
public import Incidents
internal import Readings
internal import Verdicts

extension Journal {
    /// The tables of incidents, and of what persons did about them. Marks are only added, and the last one
    /// counts.
    static func makeIncidents(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE incident (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 3),
                    meter TEXT NOT NULL,
                    start INTEGER NOT NULL,
                    latest INTEGER NOT NULL,
                    alarms INTEGER NOT NULL,
                    peak INTEGER NOT NULL,
                    score REAL NOT NULL,
                    kind TEXT NOT NULL,
                    open INTEGER NOT NULL CHECK (open IN (0, 1)),
                    withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
                    checksum INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX incident_of_meter ON incident (meter, start);
                CREATE INDEX incident_open ON incident (meter) WHERE open = 1;
                CREATE TABLE incident_mark (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    incident INTEGER NOT NULL,
                    act INTEGER NOT NULL CHECK (act BETWEEN 1 AND 3),
                    until INTEGER,
                    time INTEGER NOT NULL,
                    author TEXT,
                    note TEXT,
                    checksum INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX incident_mark_of_incident ON incident_mark (incident, sequence);
                """
        )
    }

    /// The incidents that are asked for, by their numbers.
    public func incidents(_ query: IncidentQuery) throws(CatalogError) -> [Incident] {
        try reading("incidents") { database in
            guard try database.tableExists("incident") else { return [] }
            let event = try Self.hasEvents(database) ? query.event : nil
            let values: [(any DatabaseValueConvertible)?] = [
                query.after, query.meter?.text, query.meter?.text,
                query.from?.milliseconds ?? .min, query.before?.milliseconds ?? .max,
            ]
            let found = try Self.incidents(
                """
                WHERE id > ? AND (? IS NULL OR meter = ?) AND latest >= ? AND start < ?
                \(query.isOpen ? "AND open = 1" : "") \(event == nil ? "" : "AND event = ?")
                ORDER BY id LIMIT ?
                """,
                StatementArguments(values + (event.map { [$0] } ?? []) + [query.limit]),
                in: database,
                noteAltered
            )
            return try found.map { try explained(marked($0, in: database), in: database) }
        }
    }

    /// Keeps what a person did about an incident, durably.
    ///
    /// - Returns: the incident with the mark; nil if there is none of this number.
    public func mark(_ id: Int64, _ mark: IncidentMark) throws(CatalogError) -> Incident? {
        do {
            try requireOpenedFiles()
            return try writing(patience: .seconds(10)) { database in
                let found = try Self.incidents("WHERE id = ?", [id], in: database, noteAltered)
                guard var incident = found.first else { return nil }
                try database.execute(
                    sql: """
                        INSERT INTO incident_mark (incident, act, until, time, author, note, checksum)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        id, mark.act.number, mark.act.until?.milliseconds, mark.time.milliseconds,
                        mark.author, mark.note, mark.checksum(of: id),
                    ]
                )
                try noteChange(of: id, in: database)
                incident.mark = mark
                return try explained(incident, in: database)
            }
        } catch {
            throw CatalogError(path, "writing to the journal", error)
        }
    }

    /// Reads all incidents and marks, and notes those that were altered.
    func checkIncidents(_ database: Database) throws {
        guard try database.tableExists("incident") else { return }
        for incident in try Self.incidents("", [], in: database, noteAltered) {
            let marks = try Row.fetchCursor(database, sql: Self.marks, arguments: [incident.id])
            while let row = try marks.next() { _ = try wholeMark(row, of: incident.id) }
        }
        try checkDepartures(database)
    }

    /// The incidents that a condition selects.
    ///
    /// - Parameter noteAltered: takes the names of rows that were altered, which are left out.
    static func incidents(
        _ condition: String,
        _ arguments: StatementArguments,
        in database: Database,
        _ noteAltered: (String) -> Void
    ) throws -> [Incident] {
        let sql = """
            SELECT id, meter, start, latest, alarms, peak, score, kind, open, withdrawn, checksum, origin,
            \(try hasEvents(database) ? "event" : "NULL") FROM incident
            """
        return try Row.fetchAll(
            database.cachedStatement(sql: "\(sql) \(condition)"),
            arguments: arguments
        ).compactMap { row in
            let incident = try Incident(row)
            if let incident, try incident.checksum == row.decode(atIndex: 10) { return incident }
            noteAltered("incident \(try row.decode(Int64.self, atIndex: 0))")
            return nil
        }
    }

    /// Whether incidents have events: not in a journal that an older program wrote.
    private static func hasEvents(_ database: Database) throws -> Bool {
        try database.tableExists("departure")
    }

    /// How many incidents are open.
    static func openIncidents(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM incident WHERE open = 1") ?? 0
    }

    /// The number of the next incident.
    func nextIncident(in database: Database) throws -> Int64 {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'incident'"
        return (try Int64.fetchOne(database, sql: sql) ?? 0) + 1
    }

    /// Writes an incident, in place of what it was before.
    func write(_ incident: Incident, in database: Database) throws {
        let run = incident.run
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO incident
                (id, origin, meter, start, latest, alarms, peak, score, kind, open, withdrawn, event, checksum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                incident.id, incident.origin.rawValue, incident.meter.text, run.start.milliseconds,
                run.latest.milliseconds, run.alarms, run.peak.milliseconds, run.peakScore, run.kind.text,
                incident.isOpen, incident.isWithdrawn, incident.event, incident.checksum,
            ]
        )
        try noteChange(of: incident.id, in: database)
    }

    /// An incident with all that is known of it; nil if there is none, or its row was altered.
    func whole(incident id: Int64, in database: Database) throws -> Incident? {
        let found = try Self.incidents("WHERE id = ?", [id], in: database, noteAltered).first
        return try found.map { try explained(marked($0, in: database), in: database) }
    }

    private func marked(_ incident: Incident, in database: Database) throws -> Incident {
        var incident = incident
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: Self.marks),
            arguments: [incident.id]
        )
        while let row = try rows.next() {
            if let mark = try wholeMark(row, of: incident.id) {
                incident.mark = mark
                break
            }
        }
        return incident
    }

    /// The marks of an incident, the last one first.
    private static let marks = """
        SELECT act, until, time, author, note, checksum, sequence FROM incident_mark
        WHERE incident = ? ORDER BY sequence DESC
        """

    private func wholeMark(_ row: Row, of incident: Int64) throws -> IncidentMark? {
        let until = try row.decode(Int64?.self, atIndex: 1).map(Timestamp.init(milliseconds:))
        if let act = IncidentMark.Act(number: try row.decode(atIndex: 0), until: until) {
            let mark = IncidentMark(
                act,
                at: Timestamp(milliseconds: try row.decode(atIndex: 2)),
                author: try row.decode(atIndex: 3),
                note: try row.decode(atIndex: 4)
            )
            if try mark.checksum(of: incident) == row.decode(atIndex: 5) { return mark }
        }
        noteAltered("mark \(try row.decode(Int64.self, atIndex: 6)) of incident \(incident)")
        return nil
    }
}

extension Incident {
    /// The incident of a row; nil if the row was altered.
    fileprivate init?(_ row: Row) throws {
        guard let origin = Origin(rawValue: try row.decode(atIndex: 11)) else { return nil }
        let time = { Timestamp(milliseconds: try row.decode(atIndex: $0)) }
        self.init(
            id: try row.decode(atIndex: 0),
            origin: origin,
            meter: Name(try row.decode(atIndex: 1)),
            run: AlarmRun(
                start: try time(2),
                latest: try time(3),
                alarms: try row.decode(atIndex: 4),
                peak: try time(5),
                peakScore: try row.decode(atIndex: 6),
                kind: Name(try row.decode(atIndex: 7))
            ),
            isOpen: try row.decode(atIndex: 8),
            isWithdrawn: try row.decode(atIndex: 9),
            event: try row.decode(atIndex: 12)
        )
    }

    var checksum: Int64 {
        var checksum = RowChecksum()
        checksum.add(id)
        checksum.add(Int64(origin.rawValue))
        checksum.add(meter.text.utf8)
        for time in [run.start, run.latest, run.peak] { checksum.add(time.milliseconds) }
        checksum.add(Int64(run.alarms))
        checksum.add(Int64(bitPattern: run.peakScore.bitPattern))
        checksum.add(run.kind.text.utf8)
        checksum.add(isOpen ? 1 : 0)
        checksum.add(isWithdrawn ? 1 : 0)
        if let event { checksum.add(event) }
        return checksum.value
    }
}

extension IncidentMark {
    fileprivate func checksum(of incident: Int64) -> Int64 {
        var checksum = RowChecksum()
        checksum.add(incident)
        checksum.add(Int64(act.number))
        checksum.add(act.until?.milliseconds ?? 0)
        checksum.add(time.milliseconds)
        for text in [author, note] {
            checksum.add(text == nil ? 0 : 1)
            checksum.add((text ?? "").utf8)
        }
        return checksum.value
    }
}

extension IncidentMark.Act {
    /// Its number in the journal.
    fileprivate var number: Int {
        switch self {
        case .acknowledge: 1
        case .snooze: 2
        case .resolve: 3
        }
    }

    fileprivate var until: Timestamp? {
        if case .snooze(let until) = self { until } else { nil }
    }

    fileprivate init?(number: Int, until: Timestamp?) {
        switch (number, until) {
        case (1, nil): self = .acknowledge
        case (2, let until?): self = .snooze(until: until)
        case (3, nil): self = .resolve
        default: return nil
        }
    }
}
