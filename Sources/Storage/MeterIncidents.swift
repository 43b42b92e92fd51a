internal import GRDB
internal import Incidents
internal import Readings
internal import Verdicts

/// Brings the incidents of a meter up to date with judgements that were just written, in their transaction.
///
/// Mostly a judgement adds an alarm to the open incident, or ends it. Where one comes late, or is a second
/// look that may change whether a reading alarms, the incidents around it are made anew from the judgements
/// that the journal holds.
struct MeterIncidents {
    let journal: Journal
    let database: Database
    let meter: Name
    /// The meter's quiet spell, in milliseconds.
    let quiet: Int64
    /// How the alarms among the judgements differ from what is usual.
    let departures: [Timestamp: Departure]
    /// The open incident.
    private(set) var open: Incident?
    /// Whether the open one differs from its row.
    private var isChanged = false
    /// Whether incidents were made anew: from all judgements of the transaction, those that are still to be
    /// taken among them, which must not be counted again.
    private var hasRevised: Bool { !revised.isEmpty }
    /// The times whose incidents were made anew; what is still to be taken of them changes nothing more.
    private var revised: [ClosedRange<Int64>] = []

    /// The incidents of a meter.
    init(
        of meter: Name,
        quiet: Int64,
        departures: [Timestamp: Departure] = [:],
        _ journal: Journal,
        _ database: Database
    ) throws {
        (self.meter, self.quiet, self.journal, self.database) = (meter, quiet, journal, database)
        self.departures = departures
        open = try Self.open(of: meter, journal, database)
    }

    private static func open(of meter: Name, _ journal: Journal, _ database: Database) throws -> Incident? {
        try Journal.incidents(
            "WHERE meter = ? AND open = 1 AND origin = 0 ORDER BY start LIMIT 1",
            [meter.text],
            in: database,
            journal.noteAltered
        ).first
    }

    /// Takes a judgement that is in the journal.
    mutating func take(_ judgement: KeptJudgement) throws {
        switch judgement.look {
        case .first where judgement.isAlarm: try takeAlarm(judgement)
        case .first: try takeQuiet(judgement.time)
        case .second:
            let first = try journal.firstVerdict(of: meter, at: judgement.time, in: database)
            // Of a reading that was not pushed, nothing is kept. One that is judged again may have alarmed at
            // the second look alone.
            guard let first,
                try first != .normal || judgement.isAlarm || isInIncident(judgement.time)
            else { return }
            try revise(around: judgement.time)
        }
    }

    /// Makes the incidents anew around readings that were judged, and do not count any more.
    mutating func forget(_ times: [Timestamp]) throws {
        for time in times where try isInIncident(time) { try revise(around: time) }
        try finish()
    }

    /// Writes what is not written yet.
    mutating func finish() throws {
        guard isChanged, let open else { return }
        try journal.write(open, in: database)
        isChanged = false
    }

    private mutating func takeQuiet(_ time: Timestamp) throws {
        guard let open, time.milliseconds - open.run.latest.milliseconds > quiet else { return }
        try close()
    }

    private mutating func takeAlarm(_ alarm: KeptJudgement) throws {
        guard !hasRevised else { return try revise(around: alarm.time) }
        if let open, alarm.time >= open.start, alarm.time.milliseconds - open.run.latest.milliseconds <= quiet
        {
            self.open?.run.add(alarm)
            isChanged = true
            return
        }
        guard try isLater(alarm.time) else { return try revise(around: alarm.time) }
        try close()
        open = try insert(AlarmRun(alarm), isOpen: true)
    }

    private mutating func close() throws {
        guard open != nil else { return }
        open?.isOpen = false
        isChanged = true
        try finish()
        open = nil
    }

    /// Whether an alarm is later than every incident of the meter by more than the quiet spell.
    private func isLater(_ time: Timestamp) throws -> Bool {
        if let open, time.milliseconds - open.run.latest.milliseconds <= quiet { return false }
        // Withdrawn ones too: the alarm may be theirs.
        return try Bool.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM incident WHERE meter = ? AND latest >= ? AND id <> ? AND origin = 0
                    )
                    """
            ),
            arguments: [meter.text, time.milliseconds - quiet, open?.id ?? 0]
        ) == false
    }

    /// Whether a time is within an incident that counts. These never overlap.
    private func isInIncident(_ time: Timestamp) throws -> Bool {
        if let open, open.start <= time, time <= open.run.latest { return true }
        let latest = try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT latest FROM incident WHERE meter = ? AND start <= ? AND origin = 0 AND withdrawn = 0
                    ORDER BY start DESC LIMIT 1
                    """
            ),
            arguments: [meter.text, time.milliseconds]
        )
        return latest.map { $0 >= time.milliseconds } ?? false
    }

    /// Makes the incidents around a reading anew.
    private mutating func revise(around time: Timestamp) throws {
        guard !revised.contains(where: { $0.contains(time.milliseconds) }) else { return }
        try finish()
        let (incidents, span) = try incidents(around: time)
        revised.append(span)
        let judgements = try journal.judgements(
            of: meter,
            from: Timestamp(milliseconds: span.lowerBound - quiet),
            before: Timestamp(milliseconds: span.upperBound + quiet + 1),
            limit: .max,
            in: database
        )
        let newest = try journal.newestJudged(of: meter, in: database) ?? time
        let isOver = { [quiet] (run: AlarmRun) in
            newest.milliseconds - run.latest.milliseconds > quiet
        }
        let revision = IncidentRevision(
            of: incidents,
            by: AlarmRuns.runs(of: judgements, quiet: quiet),
            isOver: isOver
        )
        for incident in revision.changed { try journal.write(incident, in: database) }
        for run in revision.begun { _ = try insert(run, isOpen: !isOver(run)) }
        open = try Self.open(of: meter, journal, database)
        // The first may be one of before, further away, which the newest reading has ended.
        while let first = open, isOver(first.run) {
            try close()
            open = try Self.open(of: meter, journal, database)
        }
    }

    /// The incidents that an alarm at a time may belong to, and those within the quiet spell of these; and
    /// the times from the first to the last alarm of all of them.
    private func incidents(around time: Timestamp) throws -> ([Incident], ClosedRange<Int64>) {
        var span = time.milliseconds...time.milliseconds
        while true {
            let found = try Journal.incidents(
                "WHERE meter = ? AND latest >= ? AND start <= ? AND origin = 0 ORDER BY start, id",
                [meter.text, span.lowerBound - quiet, span.upperBound + quiet],
                in: database,
                journal.noteAltered
            )
            let wider = found.reduce(span) { wider, incident in
                min(
                    wider.lowerBound,
                    incident.run.start.milliseconds
                )...max(
                    wider.upperBound,
                    incident.run.latest.milliseconds
                )
            }
            if wider == span { return (found, span) }
            span = wider
        }
    }

    private func insert(_ run: AlarmRun, isOpen: Bool) throws -> Incident {
        let id = try journal.nextIncident(in: database)
        var incident = Incident(id: id, meter: meter, run: run, isOpen: isOpen)
        try journal.write(incident, in: database)
        guard let departure = departures[run.start] else { return incident }
        try journal.write(departure, of: id, in: database)
        try journal.joinEvent(&incident, departure, quiet: quiet, in: database)
        return incident
    }
}
