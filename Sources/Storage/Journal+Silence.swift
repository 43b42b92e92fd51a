internal import GRDB
internal import Incidents
public import Readings

/// What a watch over silent meters begins with.
public struct SilenceBefore: Sendable {
    /// The meters that pushed readings, with the times of their newest ones.
    public let newest: [Name: Timestamp]
    /// The meters that are silent.
    public let silent: Set<Name>
    /// Since when no meter sends; nil if one does.
    public let silentSince: Timestamp?
}

extension Journal {
    /// What is known of silent meters.
    public func silence() throws(CatalogError) -> SilenceBefore {
        try reading("the newest readings") { database in
            // Meter by meter: SQLite would read all readings to group them.
            let rows = try Row.fetchAll(
                database,
                sql: """
                    WITH RECURSIVE pushed (meter) AS (
                        SELECT min(meter) FROM reading
                        UNION ALL
                        SELECT (SELECT min(meter) FROM reading WHERE reading.meter > pushed.meter)
                        FROM pushed WHERE meter IS NOT NULL
                    )
                    SELECT meter, (SELECT max(time) FROM reading WHERE reading.meter = pushed.meter)
                    FROM pushed WHERE meter IS NOT NULL
                    """
            )
            let newest = try rows.map { row in
                (
                    Name(try row.decode(atIndex: 0)),
                    Timestamp(milliseconds: try row.decode(atIndex: 1))
                )
            }
            let open = try Self.incidents("WHERE open = 1 AND origin > 0", [], in: database, noteAltered)
            return SilenceBefore(
                newest: Dictionary(newest, uniquingKeysWith: { $1 }),
                silent: Set(open.filter { $0.origin == .silence }.map(\.meter)),
                silentSince: open.first { $0.origin == .gap }?.start
            )
        }
    }

    /// Opens and ends incidents by what a watch over silent meters has found.
    ///
    /// - Parameter quiet: a meter's quiet spell, in milliseconds.
    /// - Returns: what is other than before of ``MetersWithIncidents``.
    func update(
        by events: [SilenceWatch.Event],
        quiet: (Name) -> Int64,
        in database: Database
    ) throws -> MetersWithIncidents {
        var changed: MetersWithIncidents = [:]
        for event in events {
            switch event {
            case .silent(let meter, let since):
                guard var incident = try open(.silence, meter, since, in: database) else { continue }
                try joinEvent(&incident, nil, quiet: quiet(meter), in: database)
            case .back(let meter, let time): _ = try end(.silence, meter, time, in: database)
            case .allSilent(let since): _ = try open(.gap, "", since, in: database)
            case .gap(let from, let to):
                guard try !end(.gap, "", to, in: database) else { continue }
                _ = try open(.gap, "", from, in: database)
                _ = try end(.gap, "", to, in: database)
            case .ahead(let meter, let from, let to):
                _ = try open(.clock, meter, from, in: database)
                _ = try end(.clock, meter, to, in: database)
            case .returned(let meter, let time, let reading):
                changed.merge(
                    try setAside(meter, after: time, before: reading, quiet: quiet(meter), in: database),
                    uniquingKeysWith: { $1 }
                )
            }
        }
        return changed
    }

    /// Opens an incident.
    ///
    /// - Returns: nil if there is an open one.
    private func open(
        _ origin: Incident.Origin,
        _ meter: Name,
        _ since: Timestamp,
        in database: Database
    ) throws -> Incident? {
        guard let kind = origin.kind, try openIncident(origin, meter, in: database) == nil else { return nil }
        let run = AlarmRun(start: since, latest: since, alarms: 0, peak: since, peakScore: 0, kind: kind)
        let id = try nextIncident(in: database)
        let incident = Incident(id: id, origin: origin, meter: meter, run: run, isOpen: true)
        try write(incident, in: database)
        return incident
    }

    /// Ends an incident.
    ///
    /// - Returns: whether there was an open one.
    private func end(
        _ origin: Incident.Origin,
        _ meter: Name,
        _ time: Timestamp,
        in database: Database
    ) throws -> Bool {
        guard var incident = try openIncident(origin, meter, in: database) else { return false }
        incident.run.latest = max(time, incident.start)
        incident.isOpen = false
        try write(incident, in: database)
        return true
    }

    private func openIncident(
        _ origin: Incident.Origin,
        _ meter: Name,
        in database: Database
    ) throws -> Incident? {
        try Self.incidents(
            "WHERE meter = ? AND open = 1 AND origin = ?",
            [meter.text, origin.rawValue],
            in: database,
            noteAltered
        ).first
    }
}
