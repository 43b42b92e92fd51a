public import Readings
internal import Storage
internal import VectorIndex
public import Verdicts
internal import Windows

extension LiveIndex {
    /// Takes a reading in, and judges it. May read the disk.
    ///
    /// One that is earlier than its meter's newest, by ``lateLimit`` at most, is judged by the readings
    /// before it; the windows after it that contain it are judged again by ``judgeChanged(after:)``.
    ///
    /// - Throws: ``RequestError`` with `late`, `repeated`, `wrongChannels`, `unavailable` or `internal`.
    public func push(
        _ meter: Name,
        at time: Timestamp,
        values: [Double],
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        try requireJournal()
        // Before the reading is taken: what is refused must not have been taken in.
        let options = try snapshot.resolving(options)
        let reading = Reading(meter: meter, time: time, values: values)
        while true {
            let entry = session(of: meter)
            var isKept = !entry.isArriving
            defer { if !isKept { leave(entry.session) } }
            var taking = try take(reading, entry.session, mayRead: true)
            if case .outOfOrder = taking { taking = try takeLate(reading, entry.session) }
            switch taking {
            case .taken(let query, let snapshot):
                isKept = true
                return try judgeTaken(query, snapshot, options)
            // Meanwhile a new generation came, or the session was dropped.
            case .stale, .onDisk, .outOfOrder: continue
            }
        }
    }

    /// Takes a reading in, and judges it, without reading the disk.
    ///
    /// - Returns: nil if the disk must be read, and the reading was not taken in: the meter's stream is not
    ///   in memory, learns a new profile from readings that are not, or has a reading of this time or a later
    ///   one.
    /// - Throws: ``RequestError`` with `wrongChannels`, `unavailable` or `internal`.
    public func pushFromMemory(
        _ meter: Name,
        at time: Timestamp,
        values: [Double],
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement? {
        try requireJournal()
        guard let entry = sessionInMemory(of: meter) else { return nil }
        let options = try entry.snapshot.resolving(options)
        let reading = Reading(meter: meter, time: time, values: values)
        guard case .taken(let query, let snapshot) = try take(reading, entry.session, mayRead: false)
        else { return nil }
        return try judgeTaken(query, snapshot, options)
    }

    /// Refuses what would have to be written where nothing can be.
    func requireJournal() throws(RequestError) {
        guard journal != nil, !isReadonly else {
            throw RequestError(.unavailable, "the index was opened for reading only; open it for writing")
        }
    }

    /// The refusal of what would have to be written into files that are not the index's any more.
    static func refused(_ why: String) -> RequestError {
        RequestError(.unavailable, "nothing is taken, as it would be lost: \(why)")
    }

    // MARK: Taking in

    enum Taking {
        case taken(WindowQuery, IndexSnapshot)
        /// The meter has a later reading, or one of the same time.
        case outOfOrder
        /// The session is no longer the meter's.
        case stale
        /// The disk must be read first, and may not be.
        case onDisk
    }

    /// Appends a reading to the journal's queue and to its meter's stream.
    ///
    /// Both under the meter's lock, so that the queue has the readings of a meter in the order of its stream.
    private func take(
        _ reading: Reading,
        _ session: MeterSession,
        mayRead: Bool
    ) throws(RequestError) -> Taking {
        try check(reading.values, session.generation)
        let taking = try session.withStream(mayWait: mayRead) { stream throws(RequestError) -> Taking in
            if let newest = stream?.newestTime, newest >= reading.time { return .outOfOrder }
            var bytes = stream?.heldBytes
            if stream?.needsHistory ?? true {
                guard mayRead else { return .onDisk }
                stream = try restoredStream(of: session)
                bytes = nil
            }
            defer { stream?.forgetHistory() }
            if let newest = stream?.newestTime, newest >= reading.time { return .outOfOrder }
            let isNew = stream?.newestTime == nil
            guard let snapshot = try enqueue(reading, session, isNewMeter: isNew) else { return .stale }
            let wasChanged = stream?.changedInterval != nil
            let matured = stream?.append(shown: reading.values, at: reading.time)
            stream?.forgetHistory()
            if !wasChanged, let changed = stream?.changedInterval {
                update { $0.changedMeters.note(reading.meter, now: changed.now, known: changed.known) }
            }
            if let grown = stream?.heldBytes, grown != bytes {
                _ = update { $0.sessions.weigh(session, bytes: grown) }
            }
            guard let stream else { return .stale }
            let query = WindowQuery(of: reading.meter, in: stream, at: reading.time, matured: matured)
            return .taken(query, snapshot)
        }
        return taking ?? .onDisk
    }

    /// Queues a reading for the journal.
    ///
    /// - Parameter isLate: whether the meter has later readings. The session's stream is then out of date,
    ///   and the session is forgotten.
    /// - Returns: what judges it; nil if the session is no longer the meter's.
    func enqueue(
        _ reading: Reading,
        _ session: MeterSession,
        isNewMeter: Bool = false,
        isLate: Bool = false
    ) throws(RequestError) -> IndexSnapshot? {
        let queued = try update { state throws(RequestError) -> (IndexSnapshot, StreamCache.Dropped)? in
            guard state.sessions.isCurrent(session) else { return nil }
            if let refusal = state.health.reason(.files) { throw Self.refused(refusal) }
            guard state.pending.count < Self.pendingLimit else {
                throw RequestError(
                    .unavailable,
                    "\(state.pending.count) readings wait for the journal, which cannot be written; "
                        + "free space on the disk, then push again"
                )
            }
            state.pending.append(reading)
            state.beingJudged.insert(ReadingKey(reading.meter, reading.time))
            state.pushes += 1
            if isNewMeter { state.newMeters.note(reading.meter) }
            if isLate {
                state.latePushes += 1
                let span = ChangedSpan(reading.meter, from: reading.time, through: reading.time)
                state.changedWindows.add(span)
                return (state.snapshot, state.sessions.forget(session))
            }
            // It is weighed when it has the reading.
            return (state.snapshot, state.sessions.keep(session, bytes: 0))
        }
        return queued?.0
    }

    /// Judges a reading that was taken in, and keeps the judgement.
    private func judgeTaken(
        _ query: WindowQuery,
        _ snapshot: IndexSnapshot,
        _ options: QueryOptions
    ) throws(RequestError) -> Judgement {
        var (kept, content) = ([KeptJudgement](), Judgement.Content?.none)
        // In one step, so that a write finds a reading among those being judged, or its judgement.
        defer {
            update { state in
                state.judgements.append(kept)
                if let content { state.verdicts.count(content) }
                state.beingJudged.remove(ReadingKey(query.meter, query.time))
            }
        }
        let judgement = try judgePromoting(query, snapshot, options)
        kept = judgement.kept
        content = judgement.content
        return judgement
    }

    private func judgePromoting(
        _ query: WindowQuery,
        _ snapshot: IndexSnapshot,
        _ options: QueryOptions
    ) throws(RequestError) -> Judgement {
        let promoted = snapshot.promotions(by: query)
        guard !promoted.isEmpty else { return try judge(query, snapshot, options) }
        let judging: IndexSnapshot
        do throws(VectorIndexError) {
            if let served = try promote(promoted, of: snapshot) {
                judging = served
            } else {
                judging = try snapshot.promoting(promoted)
            }
        } catch {
            throw RequestError(.internal, "the labels cannot be arranged: \(error)")
        }
        return try judge(query, judging, options)
    }
}
