internal import Readings
internal import Storage
internal import Verdicts
internal import Windows

extension LiveIndex {
    /// A meter's session, with what judges its windows; both of one generation.
    struct SessionEntry: Sendable {
        let session: MeterSession
        let snapshot: IndexSnapshot
        /// Whether the stream is still to be restored. Then ``LiveIndex/leave(_:)`` must follow.
        let isArriving: Bool
    }

    /// A meter's session; a new one where its stream is not in memory.
    func session(of meter: String) -> SessionEntry {
        if let entry = sessionInMemory(of: meter) { return entry }
        let entered = update { state -> (SessionEntry, StreamCache.Dropped) in
            let snapshot = state.snapshot
            // Another thread may have restored it between the two.
            if let found = state.sessions.session(of: meter) {
                return (
                    SessionEntry(session: found.session, snapshot: snapshot, isArriving: false), found.dropped
                )
            }
            let session = state.sessions.arrivingSession(
                of: meter,
                orNew: MeterSession(meter, in: snapshot.generation)
            )
            return (SessionEntry(session: session, snapshot: snapshot, isArriving: true), [:])
        }
        return entered.0
    }

    /// A meter's session if its stream is in memory.
    func sessionInMemory(of meter: String) -> SessionEntry? {
        let found = update { state -> (SessionEntry, StreamCache.Dropped)? in
            guard let found = state.sessions.session(of: meter) else { return nil }
            let entry = SessionEntry(session: found.session, snapshot: state.snapshot, isArriving: false)
            return (entry, found.dropped)
        }
        return found?.0
    }

    /// Ends the use of a session whose stream was not in memory before.
    ///
    /// It is kept only if the meter has readings: a question about an unknown meter leaves nothing behind, or
    /// questions could fill the memory.
    func leave(_ session: MeterSession) {
        let hasReadings = session.withStream { $0?.newestTime != nil }
        _ = update { state -> StreamCache.Dropped in
            if hasReadings { return state.sessions.keep(session) }
            state.sessions.forget(session)
            return [:]
        }
    }

    /// A meter's stream as the disk and the readings that wait for the journal have it.
    func restoredStream(of session: MeterSession) throws(RequestError) -> MeterStream {
        // Taken before the journal is read: what is written meanwhile is seen twice and not missed.
        let pending = read { $0.pending.snapshot }.readings(of: session.meter)
        let history = History(generation: session.generation, journal: journal)
        return try readHistory(of: session.meter) { () throws(CatalogError) in
            try history.stream(of: session.meter, pending: pending)
        }
    }

    /// Whether a reading is held.
    func holds(_ meter: String, at time: Timestamp) throws(RequestError) -> Bool {
        let (snapshot, pending) = read { ($0.snapshot, $0.pending.snapshot) }
        let history = History(generation: snapshot.generation, journal: journal)
        let waiting = pending.readings(of: meter)
        return try readHistory(of: meter) { () throws(CatalogError) in
            try history.reading(of: meter, at: time, pending: waiting) != nil
        }
    }

    /// Reads a meter's history from the disk, and remembers whether that worked.
    func readHistory<Result>(
        of meter: String,
        _ body: () throws(CatalogError) -> Result
    ) throws(RequestError) -> Result {
        do {
            let result = try body()
            update { $0.health.note(historyOf: meter, unreadable: nil) }
            return result
        } catch {
            update { $0.health.note(historyOf: meter, unreadable: "\(error)") }
            throw RequestError(.unavailable, "the history cannot be read just now: \(error)")
        }
    }
}
