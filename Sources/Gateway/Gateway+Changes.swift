internal import Engine
internal import Logging
public import Readings
internal import Synchronization
public import Verdicts

// What changes an index: pushed readings and another generation. Labels are in Gateway+Feedback.
extension Gateway {
    /// Takes a reading in, and judges it. May wait for the disk, but not until the reading is on it.
    ///
    /// - Returns: the judgement, and the ticket that must be awaited before the reading is acknowledged.
    /// - Throws: ``RequestError`` with `not_authorised`, `read_only`, `limit`, `bad_request`, `bad_value`,
    ///   `future`, `late`, `repeated`, `wrong_channels`, `unavailable` or `internal`. Before a `repeated`
    ///   reading is acknowledged as held, ``ServedIndex/ticket()`` must be awaited, since the earlier copy
    ///   may not be on the disk yet.
    public func push(
        _ reading: Reading,
        to index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Pushed {
        try requireWriting(caller)
        try check(reading, options)
        return try take(reading, index, options)
    }

    /// Takes readings in by the order of their times, each as ``push(_:to:by:options:)-(Reading,_,_,_)``
    /// does.
    ///
    /// - Returns: one result for each reading, in the order given. A refused reading does not affect the
    ///   others.
    /// - Throws: ``RequestError`` with `not_authorised` or `read_only`; none is taken in then.
    public func push(
        _ readings: [Reading],
        to index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> [Result<Pushed, RequestError>] {
        try requireWriting(caller)
        var results = [Result<Pushed, RequestError>?](repeating: nil, count: readings.count)
        // By position among equal times: of two readings of one time, the first one given counts.
        let order = readings.indices.sorted { (readings[$0].time, $0) < (readings[$1].time, $1) }
        for position in order {
            results[position] = Result { () throws(RequestError) in
                try check(readings[position], options)
                return try take(readings[position], index, options)
            }
        }
        return results.compactMap(\.self)
    }

    /// Takes a reading in, judges it, and does not block the calling thread: what the memory cannot answer is
    /// answered on a thread of the index.
    ///
    /// - Returns: as ``push(_:to:by:options:)-(Reading,_,_,_)``.
    /// - Throws: as that.
    public func pushNonBlocking(
        _ reading: Reading,
        to index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) async throws(RequestError) -> Pushed {
        try requireWriting(caller)
        try check(reading, options)
        let judgement = try announcing(reading, index) { () throws(RequestError) in
            try index.live.pushFromMemory(
                reading.meter,
                at: reading.time,
                values: reading.values,
                options: options
            )
        } judgement: {
            $0
        }
        if let judgement { return Pushed(judgement: judgement, durable: index.ticket()) }
        return try await index.disk.read(reading.meter) { () throws(RequestError) in
            try self.take(reading, index, options)
        }
    }

    /// How far a meter's clock may be ahead of the server's in the repeated hour: more than clocks differ,
    /// and less than that hour.
    private static let tolerance: Int64 = 5 * 60_000

    /// A reading of the hour that an index's clock shows twice, at the moment that it has by order: the first
    /// one after the meter's newest reading. Does not block the calling thread.
    ///
    /// A reading that is sent again keeps its moment, and is then refused as repeated, as long as the hour
    /// has not come a second time.
    ///
    /// - Parameters:
    ///   - reading: the reading at the earlier of the two moments.
    ///   - later: the other one.
    public func decided(
        _ reading: Reading,
        orAt later: Timestamp,
        in index: ServedIndex,
        by caller: Caller
    ) async throws(RequestError) -> Reading {
        try requireWriting(caller)
        let newest = try await index.disk.read(reading.meter) { () throws(RequestError) in
            try index.live.newestTime(of: reading.meter)
        }
        guard let newest, newest >= reading.time,
            later.milliseconds <= now().milliseconds + Self.tolerance
        else { return reading }
        return Reading(meter: reading.meter, time: later, values: reading.values)
    }

    /// Takes a checked reading in.
    private func take(
        _ reading: Reading,
        _ index: ServedIndex,
        _ options: QueryOptions
    ) throws(RequestError) -> Pushed {
        let judgement = try announcing(reading, index) { () throws(RequestError) in
            try index.live.push(reading.meter, at: reading.time, values: reading.values, options: options)
        } judgement: {
            $0
        }
        return Pushed(judgement: judgement, durable: index.ticket())
    }

    private func check(_ reading: Reading, _ options: QueryOptions) throws(RequestError) {
        try RequestLimit.check(reading)
        try RequestLimit.check(options)
        guard reading.time.milliseconds - now().milliseconds <= Int64(Reading.futureLimit) * 1_000 else {
            throw RequestError(
                .future,
                "\(reading.time) is more than a day ahead of the server's clock; "
                    + "check the year and the time zone"
            )
        }
    }

    /// Pushes a reading and delivers its events to the subscribers.
    ///
    /// - Parameters:
    ///   - push: takes the reading in, if it can.
    ///   - judgement: what came of it; nil if the reading was not taken in.
    private func announcing<Outcome>(
        _ reading: Reading,
        _ index: ServedIndex,
        push: () throws(RequestError) -> Outcome,
        judgement: (Outcome) -> Judgement?
    ) throws(RequestError) -> Outcome {
        guard let place = judgements.begin(reading, index: index.name) else { return try push() }
        var delivered: Judgement?
        defer { judgements.end(place, reading, delivered) }
        let outcome = try push()
        delivered = judgement(outcome)
        return outcome
    }

    /// Serves the newest generation of an index. Opens files, which takes seconds for a large one, and does
    /// not block the calling thread.
    ///
    /// - Returns: whether another generation is served than before.
    /// - Throws: ``RequestError`` with `not_authorised`, or `unavailable`; the former generation then goes on
    ///   serving.
    public func reload(_ index: ServedIndex, by caller: Caller) async throws(RequestError) -> Bool {
        try requireReading(caller)
        return try await reload(index)
    }

    /// Serves the newest generation of each index, and logs those that cannot be served. For the server's own
    /// use. Does not block the calling thread.
    public func reloadAll() async {
        await withDiscardingTaskGroup { group in
            for index in indexes {
                // A failure is logged.
                group.addTask { _ = try? await self.reload(index) }
            }
        }
    }

    private func reload(_ index: ServedIndex) async throws(RequestError) -> Bool {
        let logger = logger
        return try await index.disk.open { () throws(RequestError) in
            do {
                return try index.live.reload(again: true)
            } catch {
                logger.error("a generation cannot be served", metadata: ["error": "\(error)"])
                throw RequestError(.unavailable, "the newest generation cannot be served: \(error)")
            }
        }
    }
}

/// A reading that was taken in.
public struct Pushed: Sendable {
    /// The judgement of the reading.
    public let judgement: Judgement
    /// The ticket that must be awaited before the reading is acknowledged; nil if the index only promises to
    /// write it soon.
    public let durable: DurabilityTicket?
}
