internal import Readings
internal import Storage
internal import Synchronization
internal import Verdicts
internal import Windows

// Readings that come after later ones of their meter.
extension LiveIndex {
    /// Takes a reading in that is not later than its meter's newest one. Reads the disk.
    ///
    /// The stream in memory is out of date then. It is restored, with the reading in its place, when the
    /// meter is next active: so what comes later is judged as if all had come in order.
    func takeLate(_ reading: Reading, _ session: MeterSession) throws(RequestError) -> Taking {
        // All of it with the meter's lock, so that two that say the same are not both taken.
        try session.withStream { stream throws(RequestError) -> Taking in
            let (meter, generation) = (reading.meter, session.generation)
            let pending = read { $0.pending.snapshot }.readings(of: meter)
            let history = History(generation: generation, journal: journal)
            let newest = try readHistory(of: meter) { () throws(CatalogError) -> Int64? in
                if let newest = stream?.newestTime { return newest.milliseconds }
                return try history.newestTime(of: meter, pending: pending)
            }
            // The meter's session may be another one by now.
            guard let newest, newest >= reading.time.milliseconds else { return .stale }
            try checkLate(reading, Timestamp(milliseconds: newest), generation)
            var past = try readHistory(of: meter) { () throws(CatalogError) in
                try pastStream(of: meter, before: reading.time, in: generation, history, pending)
            }
            guard let snapshot = try enqueue(reading, session, isLate: true) else { return .stale }
            stream = nil
            past.append(shown: reading.values, at: reading.time)
            lateStreams.withLock { [past] in $0.keep(past, of: meter, in: generation) }
            return .taken(WindowQuery(of: meter, in: past, at: reading.time), snapshot)
        }
    }

    /// A meter's stream as it stood before a time.
    private func pastStream(
        of meter: Name,
        before time: Timestamp,
        in generation: Generation,
        _ history: History,
        _ pending: [Reading]
    ) throws(CatalogError) -> MeterStream {
        let before = try history.newestTime(of: meter, before: time.milliseconds, pending: pending)
        if let kept = lateStreams.withLock({ $0.stream(of: meter, endingAt: before, in: generation) }) {
            return kept
        }
        return try history.stream(of: meter, before: time, pending: pending)
    }

    /// Refuses a reading that is held already, or comes too late.
    private func checkLate(
        _ reading: Reading,
        _ newest: Timestamp,
        _ generation: Generation
    ) throws(RequestError) {
        let (meter, time) = (reading.meter, reading.time)
        guard try !holds(meter, at: time) else {
            throw RequestError(
                .repeated,
                "`\(meter)` has a reading of \(time) already; the first one counts"
            )
        }
        // Of a meter whose clock was ahead, what it sent before says how late a reading is.
        let newest = silence.withLock { $0?.trueTime(of: meter) }.map { min($0, newest) } ?? newest
        guard newest >= time else { return }
        let later = "`\(meter)` has a reading of \(newest), which is later than \(time)"
        guard lateLimit > 0 else {
            throw RequestError(.late, "\(later); readings come in time order")
        }
        guard newest.milliseconds - time.milliseconds <= lateLimit else {
            throw RequestError(.late, "\(later) by more than \(Self.hours(lateLimit)), which --late allows")
        }
        // In a generation they are differences and changes: what the meter showed is known of the last alone.
        guard generation.registers(of: meter) != nil || !generation.states.isEmpty else { return }
        let known = try readHistory(of: meter) { () throws(CatalogError) in
            try generation.meterNumbers[meter].map { number throws(CatalogError) in
                try generation.catalog.newestTime(meter: number)
            } ?? nil
        }
        guard let known, known >= time.milliseconds else { return }
        throw RequestError(
            .late,
            "`\(meter)` has a reading of \(Timestamp(milliseconds: known)) in generation \(generation.number), which is later than "
                + "\(time): what registers and states showed before it is not known any more"
        )
    }

    private static func hours(_ milliseconds: Int64) -> String {
        let hours = Double(milliseconds) / 3_600_000
        return hours == hours.rounded() ? "\(Int(hours)) h" : "\(hours) h"
    }
}
