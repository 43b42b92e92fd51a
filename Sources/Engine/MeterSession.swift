public import Readings
internal import Storage
internal import Synchronization
public import Verdicts
internal import Windows

/// The stream of one meter in one generation, under a lock of its own.
///
/// Restoring it from the disk, filling gaps and computing features happen under this lock, so that they delay
/// no other meter. The stream has no other owner while a reading is appended: its storage is never copied.
final class MeterSession: Sendable {
    /// The meter's name.
    let meter: Name
    /// The generation that the stream was made for. A session of another one is out of date.
    let generation: Generation
    private let stream = Mutex<MeterStream?>(nil)

    /// A session whose stream is still to be restored.
    init(_ meter: Name, in generation: Generation) {
        self.meter = meter
        self.generation = generation
    }

    /// Uses the stream; nil until it was restored.
    ///
    /// The lock of the index's state may be taken inside, never the other way round.
    func withStream<Result: Sendable, Failure: Error>(
        _ body: (inout MeterStream?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try stream.withLock { stream throws(Failure) in try body(&stream) }
    }

    /// Uses the stream if that needs no wait for a thread that restores it from the disk.
    ///
    /// - Parameter mayWait: whether to wait all the same.
    /// - Returns: nil if another thread uses the stream, and this one may not wait.
    func withStream<Result: Sendable, Failure: Error>(
        mayWait: Bool,
        _ body: (inout MeterStream?) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        if mayWait { return try withStream(body) }
        return try stream.withLockIfAvailable { stream throws(Failure) in try body(&stream) }
    }
}

extension LiveIndex {
    /// A meter's session, with what judges its windows; both of one generation.
    struct SessionEntry: Sendable {
        let session: MeterSession
        let snapshot: IndexSnapshot
        /// Whether the stream is still to be restored. Then ``LiveIndex/leave(_:)`` must follow.
        let isArriving: Bool
    }

    /// A meter's session; a new one where its stream is not in memory.
    func session(of meter: Name) -> SessionEntry {
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
    func sessionInMemory(of meter: Name) -> SessionEntry? {
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
        let bytes = session.withStream { $0?.newestTime == nil ? nil : $0?.heldBytes }
        _ = update { state -> StreamCache.Dropped in
            guard let bytes else { return state.sessions.forget(session) }
            return state.sessions.keep(session, bytes: bytes)
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

    /// The time of a meter's newest reading; nil if none is held. May read the disk.
    public func newestTime(of meter: Name) throws(RequestError) -> Timestamp? {
        if let newest = sessionInMemory(of: meter)?.session.withStream({ $0?.newestTime }) { return newest }
        let (snapshot, pending) = read { ($0.snapshot, $0.pending.snapshot) }
        let history = History(generation: snapshot.generation, journal: journal)
        let waiting = pending.readings(of: meter)
        return try readHistory(of: meter) { () throws(CatalogError) in
            try history.newestTime(of: meter, pending: waiting).map(Timestamp.init(milliseconds:))
        }
    }

    /// Whether a reading is held.
    func holds(_ meter: Name, at time: Timestamp) throws(RequestError) -> Bool {
        let (snapshot, pending) = read { ($0.snapshot, $0.pending.snapshot) }
        let history = History(generation: snapshot.generation, journal: journal)
        let waiting = pending.readings(of: meter)
        return try readHistory(of: meter) { () throws(CatalogError) in
            try history.reading(of: meter, at: time, pending: waiting) != nil
        }
    }

    /// Reads a meter's history from the disk, and remembers whether that worked.
    func readHistory<Result>(
        of meter: Name,
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
