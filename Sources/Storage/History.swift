internal import Detection
package import Readings
package import Windows

/// The readings that an index holds: those of the catalog, of the journal, and those that wait to be written.
/// The only place that decides which of them count. Restores a meter's stream from them.
///
/// A stream is restored when its meter first becomes active, and not at start: a server with ten thousand
/// meters answers at once, and each stream costs one query of SQLite.
package struct History: Sendable {
    let generation: Generation
    let journal: Journal?

    /// The history of a generation and a journal.
    package init(generation: Generation, journal: Journal?) {
        self.generation = generation
        self.journal = journal
    }

    /// A stream as it stood before a time.
    ///
    /// - Parameters:
    ///   - meter: its name.
    ///   - time: only readings earlier than this; nil for all that are held.
    ///   - pending: readings that were pushed and are not in the journal yet, of any meters, in order.
    package func stream(
        of meter: Name,
        before time: Timestamp? = nil,
        pending: [Reading] = []
    ) throws(CatalogError) -> MeterStream {
        let before = time?.milliseconds
        var stream = newStream(of: meter)
        if !stream.isSettled {
            try learn(&stream, of: meter, before: before, pending: pending)
            if !stream.isSettled { return stream }
        }
        let newest = try newestTime(of: meter, before: before, pending: pending)
        guard let newest, newest != stream.newestTime?.milliseconds else { return stream }
        let from = max(newest - stream.reach, (stream.newestTime?.milliseconds).map { $0 + 1 } ?? .min)
        let held = try held(of: meter, from: from, before: before, pending: pending)
        for reading in held.readings {
            stream.append(reading.values, at: Timestamp(milliseconds: reading.time))
        }
        (stream.registers, stream.states) = (held.registers, held.states)
        return stream
    }

    /// A meter's stream before its first reading.
    private func newStream(of meter: Name) -> MeterStream {
        let (layout, second) = (generation.layout, generation.secondLook?.layout)
        let profile = generation.meterNumbers[meter].flatMap { generation.profiles[$0] }
        var stream =
            profile.map { MeterStream(known: $0, layout: layout, second: second) }
            ?? MeterStream(
                newMeter: meter,
                layout: layout,
                second: second,
                expected: generation.expectedCadence(of: meter)
            )
        stream.registers = generation.registers(of: meter)?.unread
        stream.states = generation.unreadStates
        return stream
    }

    /// How many readings are read at once: a new meter may have pushed for years.
    private static let pageLength = 4_096

    /// Appends a new meter's readings until it is settled, or there are no more.
    private func learn(
        _ stream: inout MeterStream,
        of meter: Name,
        before: Int64?,
        pending: [Reading]
    ) throws(CatalogError) {
        var from: Int64?
        while !stream.isSettled {
            let page = try page(of: meter, from: from, before: before, pending: pending)
            for reading in page.held.readings where !stream.isSettled {
                stream.append(reading.values, at: Timestamp(milliseconds: reading.time))
            }
            (stream.registers, stream.states) = (page.held.registers, page.held.states)
            guard let next = page.next else { return }
            from = next
        }
    }

    /// The first readings of a meter from a time on, and the time from which the others follow; nil if there
    /// are no others.
    private func page(
        of meter: Name,
        from: Int64?,
        before: Int64?,
        pending: [Reading]
    ) throws(CatalogError) -> (held: HeldHistory, next: Int64?) {
        let last =
            try journal.map { journal throws(CatalogError) in
                try journal.time(
                    of: meter,
                    from: from,
                    rank: Self.pageLength,
                    after: generation.manifest.journal
                )
            } ?? nil
        let next = last.flatMap { last in before.map { last < $0 ? last : nil } ?? last }
        let end = next ?? before
        return (try held(of: meter, from: from, before: end, pending: pending), next)
    }

    /// A meter's readings between two times, in time order, one per time; nil for no bound.
    package func readings(
        of meter: Name,
        from: Int64?,
        before: Int64?,
        pending: [Reading]
    ) throws(CatalogError) -> [StoredReading] {
        try held(of: meter, from: from, before: before, pending: pending).readings
    }

    /// A meter's readings between two times, with its registers after the last of them.
    private func held(
        of meter: Name,
        from: Int64?,
        before: Int64?,
        pending: [Reading]
    ) throws(CatalogError) -> HeldHistory {
        let registers = generation.registers(of: meter)
        // Also what the first reading's registers and states are compared with.
        var start = from.map { $0 == .min ? $0 : $0 - (registers?.reach ?? 0) }
        if let from, from > .min, !generation.states.isEmpty {
            let last = try newestTime(of: meter, before: from, pending: pending)
            start = min(start ?? from, last ?? from)
        }
        var known: [StoredReading] = []
        if let number = generation.meterNumbers[meter] {
            known = try generation.catalog.readings(meter: number, from: start, before: before)
        }
        var pushed: [StoredReading] = []
        if let journal {
            pushed = try journal.readings(
                meter: meter,
                from: start,
                before: before,
                after: generation.manifest.journal
            )
        }
        pushed += pending.lazy
            .filter { $0.meter == meter }
            .map(StoredReading.init)
            .filter { $0.time < before ?? .max && $0.time >= start ?? .min }
        let held = HeldHistory(known: known, pushed: pushed.filter(fits), registers, generation.states)
        return start == from ? held : held.since(from ?? .min)
    }

    /// Readings of one meter in time order, one per time: of several the first counts.
    ///
    /// The rule for a server as for a rebuild. The journal may hold readings before the catalog's newest, if
    /// an index was built from files over one that was pushed to.
    ///
    /// - Parameter readings: those of the catalog, then of the journal, then those that wait to be written.
    package static func inOrder(_ readings: [StoredReading]) -> [StoredReading] {
        guard zip(readings, readings.dropFirst()).contains(where: { $0.time >= $1.time }) else {
            return readings
        }
        let sorted = readings.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        var kept: [StoredReading] = []
        for (_, reading) in sorted where reading.time != kept.last?.time { kept.append(reading) }
        return kept
    }

    /// Whether a pushed reading has the index's columns: a journal outlives the indexes built over it, and
    /// may hold readings of an index with others.
    private func fits(_ reading: StoredReading) -> Bool {
        reading.values.count == generation.columnCount
    }

    /// The time of a meter's latest reading; nil if none is held.
    ///
    /// - Parameter before: only readings earlier than this, in milliseconds since 1970; nil for all.
    package func newestTime(
        of meter: Name,
        before: Int64? = nil,
        pending: [Reading] = []
    ) throws(CatalogError) -> Int64? {
        let limit = before ?? .max
        let held =
            try generation.meterNumbers[meter].map { number throws(CatalogError) in
                try generation.catalog.newestTime(meter: number, before: limit)
            } ?? nil
        let journalled =
            try journal.map { journal throws(CatalogError) in
                try journal.newestTime(
                    meter: meter,
                    channels: generation.columnCount,
                    before: limit,
                    after: generation.manifest.journal
                )
            } ?? nil
        let waiting = pending.lazy.filter { $0.meter == meter }.map(StoredReading.init).filter(fits)
            .map(\.time).filter { $0 < limit }.max()
        return [held, journalled, waiting].compactMap(\.self).max()
    }

    /// The time of a meter's earliest reading that is on the disk; nil if there is none.
    func oldestTime(of meter: Name) throws(CatalogError) -> Int64? {
        let held =
            try generation.meterNumbers[meter].map { number throws(CatalogError) in
                try generation.catalog.oldestTime(meter: number)
            } ?? nil
        let journalled =
            try journal.map { journal throws(CatalogError) in
                try journal.time(of: meter, from: nil, rank: 0, after: generation.manifest.journal)
            } ?? nil
        return [held, journalled].compactMap(\.self).min()
    }

    /// The reading of a meter at a time; nil if none is held.
    package func reading(
        of meter: Name,
        at time: Timestamp,
        pending: [Reading] = []
    ) throws(CatalogError) -> StoredReading? {
        let milliseconds = time.milliseconds
        if let number = generation.meterNumbers[meter],
            let reading = try generation.catalog.reading(meter: number, at: milliseconds)
        {
            return reading
        }
        let journalled = try journal?.readings(
            meter: meter,
            from: milliseconds,
            before: milliseconds + 1,
            after: generation.manifest.journal
        )
        let waiting = pending.lazy.filter { $0.meter == meter && $0.time == time }
            .map(StoredReading.init)
        return (journalled ?? []).first(where: fits) ?? waiting.first(where: fits)
    }
}
