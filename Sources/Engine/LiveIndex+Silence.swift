internal import Incidents
public import Readings
internal import Storage
internal import Synchronization
internal import Windows

/// A watch over silent meters, and what it has found since the last write to the journal.
struct WatchedSilence: Sendable {
    private var watch: SilenceWatch
    /// What is to be written.
    private(set) var events: [SilenceWatch.Event] = []
    /// How many readings it has seen since the index was opened.
    private var seen = 0
    init(_ watch: SilenceWatch) { self.watch = watch }

    /// Takes readings in the order they came.
    ///
    /// - Parameter before: how many came before them. Those that were seen already are left out: they could
    ///   not be written, and are tried again.
    mutating func note(_ readings: [Reading], before: Int, allowed: (Name) -> Int64) {
        for reading in readings.dropFirst(max(seen - before, 0)) {
            events += watch.note(reading.meter, at: reading.time, allowed: allowed)
        }
        seen = max(seen, before + readings.count)
    }

    /// Looks at the clock.
    mutating func note(now: Timestamp, allowed: (Name) -> Int64) {
        events += watch.note(now: now, allowed: allowed)
    }

    /// The time of a meter's newest reading that its clock was not ahead of; nil if it is not ahead.
    func trueTime(of meter: Name) -> Timestamp? { watch.trueTime(of: meter) }

    /// Removes events that are in the journal.
    mutating func confirm(_ count: Int) { events.removeFirst(count) }
}

extension LiveIndex {
    /// Looks at the clock, to notice that no meter sends any more. To be called about twice a second where
    /// readings are pushed.
    public func note(now: Timestamp) {
        silence.withLock { $0?.note(now: now, allowed: allowedSilence) }
    }

    /// Watches the times of readings that are being written.
    ///
    /// - Returns: what is to be written with them.
    func watchSilence(_ readings: [Reading], before: Int) throws(CatalogError) -> [SilenceWatch.Event] {
        if silence.withLock({ $0 == nil }), !readings.isEmpty, let journal {
            let known = try journal.silence()
            let watch = SilenceWatch(
                interval: defaultInterval,
                meters: known.newest,
                silent: known.silent,
                silentSince: known.silentSince
            )
            silence.withLock { $0 = WatchedSilence(watch) }
        }
        return silence.withLock { silence in
            silence?.note(readings, before: before, allowed: allowedSilence)
            return silence?.events ?? []
        }
    }

    /// How many of a meter's readings show what gaps are usual for it.
    private static let readingsForGaps: Int64 = 2_000

    /// How long a meter may be silent, in milliseconds. Reads the disk.
    private func allowedSilence(of meter: Name) -> Int64 {
        let generation = generation
        let interval = generation.cadence(of: meter).interval
        let history = History(generation: generation, journal: journal)
        let newest = (try? history.newestTime(of: meter, pending: [])) ?? nil
        let from = newest.map { $0 - Self.readingsForGaps * interval }
        let readings = (try? history.readings(of: meter, from: from, before: nil, pending: [])) ?? []
        let gaps = zip(readings, readings.dropFirst()).map { $1.time - $0.time }
        return SilenceWatch.allowed(interval: interval, gaps: gaps)
    }

    /// Takes what is set aside out of the streams in memory, once the journal has set it aside.
    func forgetSetAside(_ events: [SilenceWatch.Event]) {
        guard events.contains(where: { if case .returned = $0 { true } else { false } }) else { return }
        if let count = try? journal?.setAsideCount() { update { $0.setAside = count } }
        for case .returned(let meter, _, _) in events {
            lateStreams.withLock { $0.forget(meter) }
            _ = update { state -> StreamCache.Dropped in
                state.returnedMeters.append(meter)
                return state.sessions.current(of: meter).map { state.sessions.forget($0) } ?? [:]
            }
        }
    }

    /// A warning for each meter whose clock was ahead, and is right again since the last call.
    public func warningsOfReturnedMeters() -> [String] {
        let meters = update { state in
            defer { state.returnedMeters = [] }
            return state.returnedMeters
        }
        return meters.map {
            "`\($0)`: its clock was ahead and is right again; the readings of later times that it had sent are set "
                + "aside (`gridkin readings --set-aside` prints them) and count no more"
        }
    }
}
