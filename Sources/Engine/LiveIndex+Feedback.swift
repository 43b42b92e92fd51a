internal import Detection
internal import Foundation
internal import Incidents
public import Readings
internal import Storage
public import Verdicts

// What people say of readings: labels, and labels taken back. Both are on the disk before they are
// acknowledged, all of a request or nothing, and count from the next query on.
extension LiveIndex {
    /// Labels the windows that end at readings which the index holds. Returns once the labels are on the
    /// disk, with every reading that waited before them, and count. Where a reading has another label, the
    /// new one counts.
    ///
    /// - Parameters:
    ///   - choice: which readings of the meter.
    ///   - note: what is told beside the label.
    ///   - given: when it was given.
    /// - Throws: ``RequestError`` with `unknownMeter`, `noReading`, `limit`, or `unavailable` where the
    ///   journal cannot be written; nothing is taken then.
    public func label(
        _ meter: Name,
        _ choice: ReadingChoice,
        as label: Label,
        note: LabelNote = LabelNote(),
        given: Timestamp
    ) throws(RequestError) -> Labelled {
        let chosen = try readings(of: meter, choice)
        let known = try lastLabels(of: meter, chosen.range)
        let replaced = chosen.times.count { time in known[time]?.label.map { $0 != label } ?? false }
        let taken = try take(Feedback(meter, chosen.times, label, note: note, given: given))
        // An earlier label of a window may count still.
        let labels = snapshot.labels
        let counting = taken.count { taken in
            labels.number(of: meter, at: taken.time.milliseconds).map { $0 >= taken.number } ?? false
        }
        return Labelled(
            chosen.range,
            readings: taken.count,
            counting: counting,
            replaced: replaced,
            labels: Int(taken.last?.number ?? 0)
        )
    }

    /// Labels the window that ends at one reading, without a note.
    public func label(
        _ meter: Name,
        at time: Timestamp,
        as label: Label
    ) throws(RequestError) -> Labelled {
        try self.label(meter, ReadingChoice(time), as: label, given: Self.now)
    }

    /// Takes the labels back that persons gave to readings: what the data set says of them counts again, or
    /// nothing where it says nothing. Returns once that is on the disk, and counts. The labels are kept as
    /// history.
    ///
    /// - Parameters:
    ///   - choice: which readings of the meter; those without a person's label are passed over.
    ///   - note: who takes them back, and why.
    /// - Throws: as ``label(_:_:as:note:given:)``.
    public func unlabel(
        _ meter: Name,
        _ choice: ReadingChoice,
        note: LabelNote = LabelNote(),
        given: Timestamp
    ) throws(RequestError) -> Unlabelled {
        let chosen = try readings(of: meter, choice)
        let known = try lastLabels(of: meter, chosen.range)
        let labelled = chosen.times.filter { known[$0]?.label != nil }
        let taken =
            labelled.isEmpty ? [] : try take(Feedback(meter, labelled, nil, note: note, given: given))
        return Unlabelled(
            chosen.range,
            readings: chosen.times.count,
            withdrawn: taken.count,
            labels: taken.last.map { Int($0.number) } ?? labelsGiven
        )
    }

    private static var now: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    /// The last labels of readings, by what the journal has.
    private func lastLabels(
        of meter: Name,
        _ times: ClosedRange<Timestamp>
    ) throws(RequestError) -> [Timestamp: NumberedLabel] {
        try readHistory(of: meter) { () throws(CatalogError) in
            try journal?.lastLabels(of: meter, in: times) ?? [:]
        }
    }

    /// Writes feedback, and puts it into effect.
    ///
    /// - Returns: what was written, in the order of the times.
    private func take(_ feedback: Feedback) throws(RequestError) -> [NumberedLabel] {
        let what = feedback.label == nil ? "withdrawal" : "label"
        let position: JournalPosition?
        do {
            position = try write(feedback)
        } catch {
            throw RequestError(
                .unavailable,
                "the \(what) could not be written and was not taken: \(error); try again"
            )
        }
        // It is on the disk: a failure from here on delays its effect until labels are next read.
        let last = position?.labels ?? 0
        let first = last - Int64(feedback.times.count) + 1
        let given = zip(first...max(first, last), feedback.times).map { number, time in
            feedback.label.map {
                NumberedLabel(LabelEntry(meter: feedback.meter, time: time, label: $0), number: number)
            } ?? NumberedLabel(withdrawing: number, feedback.meter, time)
        }
        update { $0.labelsGiven = max($0.labelsGiven, last) }
        do throws(CatalogError) {
            while try !putIntoEffect(given, on: snapshot, isGiven: true) {}
        } catch {
            update { $0.health.note(.reading, "a \(what) has not taken effect: \(error)") }
        }
        return given
    }
}

// MARK: Which readings

extension LiveIndex {
    /// Readings of a meter that the index holds.
    struct ChosenReadings {
        /// Their times, ascending, each once; at least one.
        let times: [Timestamp]
        /// The earliest and the latest.
        let range: ClosedRange<Timestamp>
    }

    /// The readings that are meant. Reads the disk.
    func readings(
        of meter: Name,
        _ choice: ReadingChoice
    ) throws(RequestError) -> ChosenReadings {
        try requireJournal()
        try requireOwnFiles()
        var found: Set<Timestamp> = []
        for part in choice.parts {
            switch part {
            case .reading(let time):
                guard try holds(meter, at: time) else { throw try noReading(meter, "at \(time)") }
                found.insert(time)
            case .range(let first, let last):
                found.formUnion(try readings(of: meter, first, through: last))
            case .incident(let id):
                let incident = try incident(id, of: meter)
                found.formUnion(try readings(of: meter, incident.start, through: incident.run.latest))
            }
            try check(found, meter)
        }
        let times = found.sorted()
        guard let first = times.first, let last = times.last else {
            throw RequestError(.badRequest, "the time is missing")
        }
        return ChosenReadings(times: times, range: first...last)
    }

    private func readings(
        of meter: Name,
        _ first: Timestamp,
        through last: Timestamp
    ) throws(RequestError) -> [Timestamp] {
        guard first <= last else {
            throw RequestError(.badRequest, "\(last) is before \(first); the earlier time comes first")
        }
        let (generation, pending) = read { ($0.snapshot.generation, $0.pending.snapshot) }
        let history = History(generation: generation, journal: journal)
        let waiting = pending.readings(of: meter)
        let times = try readHistory(of: meter) { () throws(CatalogError) in
            // One more than allowed, to see that there are too many.
            try history.times(
                of: meter,
                in: first...last,
                pending: waiting,
                limit: RequestLimit.labelled + 1
            )
        }
        guard !times.isEmpty else { throw try noReading(meter, "from \(first) through \(last)") }
        return times
    }

    private func incident(_ id: Int64, of meter: Name) throws(RequestError) -> Incident {
        var query = IncidentQuery()
        (query.after, query.limit) = (id - 1, 1)
        guard let incident = try incidents(query).first, incident.id == id else {
            throw unknown(incident: id)
        }
        guard incident.meter == meter else {
            throw RequestError(.noIncident, "incident \(id) is one of `\(incident.meter)`, not of `\(meter)`")
        }
        return incident
    }

    private func check(_ times: Set<Timestamp>, _ meter: Name) throws(RequestError) {
        let limit = RequestLimit.labelled
        guard times.count > limit else { return }
        throw RequestError(
            .limit,
            "these are more than \(limit) readings of `\(meter)`; send them in parts: the first \(limit) end "
                + "at \(times.sorted()[limit - 1])"
        )
    }

    /// The refusal of a meter of which the index has no reading.
    func unknown(_ meter: Name) -> RequestError {
        RequestError(.unknownMeter, "the index `\(folder.name)` has no reading of a meter `\(meter)`")
    }

    private func noReading(_ meter: Name, _ when: String) throws(RequestError) -> RequestError {
        guard try knows(meter) else { return unknown(meter) }
        return RequestError(
            .noReading,
            "the index `\(folder.name)` holds no reading of `\(meter)` \(when); "
                + "label a reading that was pushed or built in"
        )
    }
}

// MARK: What was said

extension LiveIndex {
    /// The labels that persons gave, in that order; those that were replaced or taken back are among them.
    /// Reads the disk.
    ///
    /// - Throws: ``RequestError`` with `unknownMeter`, or `unavailable` where the journal cannot be read.
    public func labels(_ query: LabelQuery) throws(RequestError) -> [GivenLabel] {
        let labels: [GivenLabel]
        do {
            labels = try journal?.givenLabels(query) ?? []
        } catch {
            throw RequestError(.unavailable, "the labels cannot be read just now: \(error)")
        }
        if labels.isEmpty, let meter = query.meter, try !knows(meter) { throw unknown(meter) }
        return labels
    }
}
