internal import Readings
internal import Storage
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
            if stream?.needsHistory ?? true { stream = try restoredStream(of: session) }
            defer { stream?.forgetHistory() }
            // The meter's session may be another one by now.
            guard let newest = stream?.newestTime, newest >= reading.time else { return .stale }
            try checkLate(reading, newest, session.generation)
            var past = try pastStream(of: reading.meter, before: reading.time, in: session.generation)
            guard let snapshot = try enqueue(reading, session, isLate: true) else { return .stale }
            stream = nil
            past.append(shown: reading.values, at: reading.time)
            return .taken(WindowQuery(of: reading.meter, in: past, at: reading.time), snapshot)
        }
    }

    /// A meter's stream as it stood before a time.
    private func pastStream(
        of meter: Name,
        before time: Timestamp,
        in generation: Generation
    ) throws(RequestError) -> MeterStream {
        let pending = read { $0.pending.snapshot }.readings(of: meter)
        let history = History(generation: generation, journal: journal)
        return try readHistory(of: meter) { () throws(CatalogError) in
            try history.stream(of: meter, before: time, pending: pending)
        }
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
