internal import Detection
public import Readings
internal import Storage
public import Verdicts
internal import Windows

extension LiveIndex {
    /// Judges a reading without taking it in. May read the disk.
    ///
    /// A reading of a time that is already held is judged by the history before that time.
    ///
    /// - Parameters:
    ///   - meter: a meter the index has readings of.
    ///   - values: one for each column, NaN where missing; of a state, its code.
    /// - Throws: ``RequestError`` with `unknownMeter`, `wrongChannels`, `unavailable` or `internal`.
    public func query(
        _ meter: Name,
        at time: Timestamp,
        values: [Double],
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        let entry = session(of: meter)
        defer { if entry.isArriving { leave(entry.session) } }
        let (session, snapshot) = (entry.session, entry.snapshot)
        let options = try snapshot.resolving(options)
        try check(values, snapshot.generation)
        let reading = Reading(meter: meter, time: time, values: values)
        return switch try ask(reading, session, mayRead: true) {
        case .answerable(let stream):
            try judge(WindowQuery(of: meter, in: stream, at: time), snapshot, options)
        case .past, .onDisk: try judge(pastQuery(reading, snapshot.generation), snapshot, options)
        case .unknown:
            throw RequestError(
                .unknownMeter,
                "the index `\(folder.name)` has no reading of a meter `\(meter)`; "
                    + "build with its readings, or PUSH them first"
            )
        }
    }

    /// Judges a reading without taking it in, from memory alone.
    ///
    /// - Returns: nil if the disk must be read: the meter's stream is not in memory, or the time is past.
    /// - Throws: ``RequestError`` with `wrongChannels` or `internal`.
    public func queryFromMemory(
        _ meter: Name,
        at time: Timestamp,
        values: [Double],
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement? {
        guard let entry = sessionInMemory(of: meter) else { return nil }
        let options = try entry.snapshot.resolving(options)
        try check(values, entry.snapshot.generation)
        let reading = Reading(meter: meter, time: time, values: values)
        guard case .answerable(let stream) = try ask(reading, entry.session, mayRead: false)
        else { return nil }
        return try judge(WindowQuery(of: meter, in: stream, at: time), entry.snapshot, options)
    }

    /// Judges a whole window that the caller brings, whatever the index holds of the meter.
    ///
    /// - Parameters:
    ///   - meter: a meter the index knows is judged as that meter; any other by what is typical of the rows.
    ///   - end: the time of the last row.
    ///   - rows: readings at even intervals, the oldest first, each with one value for each channel.
    ///   - interval: milliseconds between them; nil for the meter's own, or the index's typical one.
    /// - Throws: ``RequestError`` with `wrongChannels`, `badRequest` or `internal`.
    public func query(
        _ meter: Name,
        end: Timestamp,
        rows: [[Double]],
        interval: Int64? = nil,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        let snapshot = snapshot
        let generation = snapshot.generation
        let options = try snapshot.resolving(options)
        for row in rows { try check(row, generation) }
        guard !rows.isEmpty else { throw RequestError(.badRequest, "a window has at least one row") }
        let profile = generation.meterNumbers[meter].flatMap { generation.profiles[$0] }
        var stream =
            profile.map { MeterStream(known: $0, layout: generation.layout) }
            ?? MeterStream(
                newMeter: meter,
                layout: generation.layout,
                expected: generation.expectedCadence(of: meter)
            )
        let step = interval ?? (profile?.cadence ?? generation.defaultCadence).interval
        guard step > 0, step <= 366 * 86_400_000 else {
            throw RequestError(.badRequest, "an interval is above 0 and at most a year")
        }
        stream.registers = generation.registers(of: meter)?.unread
        stream.states = generation.unreadStates
        for (index, row) in rows.enumerated() {
            let back = Int64(rows.count - 1 - index) * step
            stream.append(shown: row, at: Timestamp(milliseconds: end.milliseconds - back))
        }
        return try judge(WindowQuery(of: meter, in: stream, at: end), snapshot, options)
    }

    /// What a meter's stream says to a question.
    private enum Asked {
        /// A copy of the stream, with the reading appended.
        case answerable(MeterStream)
        /// The meter has no reading.
        case unknown
        /// The meter has a reading of this time or a later one.
        case past
        /// The disk must be read first, and may not be.
        case onDisk
    }

    private func ask(
        _ reading: Reading,
        _ session: MeterSession,
        mayRead: Bool
    ) throws(RequestError) -> Asked {
        let asked = try session.withStream(mayWait: mayRead) { stream throws(RequestError) -> Asked in
            if stream?.needsHistory ?? true {
                guard mayRead else { return .onDisk }
                stream = try restoredStream(of: session)
            }
            defer { stream?.forgetHistory() }
            guard let newest = stream?.newestTime else { return .unknown }
            guard newest < reading.time, var copy = stream else { return .past }
            // Here and not after the lock is released: the next push must find its stream without another
            // owner.
            copy.append(shown: reading.values, at: reading.time)
            return .answerable(copy)
        }
        return asked ?? .onDisk
    }

    private func pastQuery(
        _ reading: Reading,
        _ generation: Generation
    ) throws(RequestError) -> WindowQuery {
        let pending = read { $0.pending.snapshot }.readings(of: reading.meter)
        let history = History(generation: generation, journal: journal)
        var stream = try readHistory(of: reading.meter) { () throws(CatalogError) in
            try history.stream(of: reading.meter, before: reading.time, pending: pending)
        }
        stream.append(shown: reading.values, at: reading.time)
        return WindowQuery(of: reading.meter, in: stream, at: reading.time)
    }

    func judge(
        _ query: WindowQuery,
        _ snapshot: IndexSnapshot,
        _ options: QueryOptions
    ) throws(RequestError) -> Judgement {
        let content = try snapshot.judge(query, options)
        let explanation = try snapshot.explanation(of: query, content, options)
        return Judgement(
            meter: query.meter,
            time: query.time,
            content: content,
            generation: snapshot.generation.number,
            // Given only while a meter is warming, where it says how far the history goes.
            previous: content.assessment == nil ? query.previous : nil,
            reasons: try snapshot.reasons(of: query, content, options)
                + [explanation?.stuckReason].compactMap(\.self)
                + snapshot.generation.holidayReasons(at: query.time, on: query.clock),
            revisions: try snapshot.revisions(of: query, options),
            explanation: explanation
        )
    }

    func check(_ values: [Double], _ generation: Generation) throws(RequestError) {
        guard values.count == generation.columnCount else {
            let columns = generation.columns.listed
            throw RequestError(
                .wrongChannels,
                "the index `\(folder.name)` has \(generation.columnCount) channels (\(columns)) "
                    + "and \(values.count) values came; write `-` for a missing one"
            )
        }
    }
}
