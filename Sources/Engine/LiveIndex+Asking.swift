internal import Detection
internal import Encoder
public import Readings
internal import Storage
internal import VectorIndex
public import Verdicts
internal import Windows

extension LiveIndex {
    /// Judges a reading without taking it in.
    ///
    /// A time that is already held is judged by the history before that time.
    ///
    /// - Parameters:
    ///   - meter: a meter the index has heard of.
    ///   - values: one a channel, NaN where missing.
    /// - Throws: ``RequestError`` with `unknownMeter`, `wrongChannels`, or `unavailable`.
    public func query(
        _ meter: String,
        at time: Timestamp,
        values: [Double],
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        let held = try stream(of: meter)
        try check(values, held.generation)
        guard let newest = held.stream.newestTime else {
            throw RequestError(
                .unknownMeter,
                "the index `\(folder.name)` has no reading of a meter `\(meter)`; build with its readings, or PUSH them first"
            )
        }
        var stream = held.stream
        if newest >= time {
            let history = History(generation: held.generation, journal: journal)
            let pending = look { $0.pending }
            stream = try restoring(meter) { () throws(CatalogError) in
                try history.stream(of: meter, before: time, pending: pending)
            }
        }
        stream.append(values, at: time)
        return try answer(Question(meter, time, stream, held.generation, held.labelled), options)
    }

    /// Takes a reading in, and judges it.
    ///
    /// - Throws: ``RequestError`` with `late`, `repeated`, `wrongChannels`, or `unavailable`.
    public func push(
        _ meter: String,
        at time: Timestamp,
        values: [Double],
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        try requireJournal()
        var restored: HeldStream?
        while true {
            if let question = try take(values, meter, time, restored: restored) {
                return try answer(question, options)
            }
            // The meter has not been heard of since the start, or the reading is out of order; or, from the
            // second time on, somebody else pushed or a new generation came meanwhile.
            let held = try stream(of: meter)
            try checkOrder(meter, time, held)
            restored = held
        }
    }

    /// Appends a reading to a meter's stream; nil where there is none at hand that it can follow.
    ///
    /// The features are computed afterwards, without the lock: nobody else's reading waits for them.
    private func take(
        _ values: [Double],
        _ meter: String,
        _ time: Timestamp,
        restored: HeldStream?
    ) throws(RequestError) -> Question? {
        let taken = try withState { state throws(RequestError) -> Taken? in
            try check(values, state.generation)
            // Only looked at, never bound: a second owner would make the append below copy the window.
            if state.streams[meter] != nil {
                guard state.streams[meter]?.newestTime.map({ $0 < time }) ?? true else { return nil }
            } else {
                guard let restored, restored.generation === state.generation else { return nil }
                state.streams[meter] = restored.stream
            }
            guard state.pending.count < Self.pendingLimit else {
                throw RequestError(
                    .unavailable,
                    "\(state.pending.count) readings wait for the journal, which cannot be written; "
                        + "free space on the disk, then push again"
                )
            }
            let matured = state.streams[meter]?.append(values, at: time)
            if state.pending.isEmpty { state.pendingSince = .now }
            state.pending.append(Reading(meter: meter, time: time, values: values))
            state.counters.pushes += 1
            return state.streams[meter].map {
                Taken(
                    stream: $0,
                    generation: state.generation,
                    labelled: state.labelled,
                    secondLookLabels: state.secondLookLabels,
                    matured: matured
                )
            }
        }
        guard let taken else { return nil }
        // Features and embeddings are computed here, without the lock.
        let promoted = taken.generation.promotions(of: meter, taken.matured, taken.labelled)
        var secondLookLabels = taken.secondLookLabels
        if !promoted.isEmpty, let second = taken.generation.secondLook {
            for entry in promoted { secondLookLabels.add(entry, in: second.classifier) }
            try withState { state throws(RequestError) in state.promote(promoted, of: taken.generation) }
        }
        return Question(
            meter,
            time,
            taken.stream,
            taken.generation,
            taken.labelled,
            secondLookLabels,
            due: taken.matured?.windows() ?? []
        )
    }

    /// What a reading was appended to, and the second looks it has made due.
    private struct Taken {
        let stream: MeterStream
        let generation: Generation
        let labelled: LabelOverlay
        let secondLookLabels: LabelOverlay
        let matured: MaturedWindows?
    }

    /// Judges a whole window that the asker brings, whatever the index holds of the meter.
    ///
    /// - Parameters:
    ///   - meter: a meter the index knows is judged as that meter; any other by what the rows themselves show
    ///     to be usual.
    ///   - end: the time of the last row.
    ///   - rows: readings at even distances, the oldest first, each one value a channel.
    ///   - interval: milliseconds between them; nil for the meter's own, or the index's usual.
    public func query(
        _ meter: String,
        end: Timestamp,
        rows: [[Double]],
        interval: Int64? = nil,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        let (generation, labelled) = look { ($0.generation, $0.labelled) }
        for row in rows { try check(row, generation) }
        guard !rows.isEmpty else { throw RequestError(.badRequest, "a window has at least one row") }
        let profile = generation.meterNumbers[meter].flatMap { generation.profiles[$0] }
        var stream =
            profile.map { MeterStream(known: $0, layout: generation.layout) }
            ?? MeterStream(newMeter: meter, layout: generation.layout, expected: generation.defaultCadence)
        let step = interval ?? (profile?.cadence ?? generation.defaultCadence).interval
        guard step > 0, step <= 366 * 86_400_000 else {
            throw RequestError(.badRequest, "an interval is above 0 and at most a year")
        }
        for (index, row) in rows.enumerated() {
            let back = Int64(rows.count - 1 - index) * step
            stream.append(row, at: Timestamp(milliseconds: end.milliseconds - back))
        }
        return try answer(Question(meter, end, stream, generation, labelled), options)
    }

    private func check(_ values: [Double], _ generation: Generation) throws(RequestError) {
        guard values.count == generation.layout.channelCount else {
            let channels = generation.manifest.channels.joined(separator: ", ")
            throw RequestError(
                .wrongChannels,
                "the index `\(folder.name)` has \(generation.layout.channelCount) channels (\(channels)) "
                    + "and \(values.count) values came; write `-` for a missing one"
            )
        }
    }

    private func checkOrder(_ meter: String, _ time: Timestamp, _ held: HeldStream) throws(RequestError) {
        guard let newest = held.stream.newestTime, newest >= time else { return }
        guard try !holds(meter, at: time) else {
            throw RequestError(.repeated, "`\(meter)` has a reading of \(time) already; the first one counts")
        }
        throw RequestError(
            .late,
            "`\(meter)` has a reading of \(newest), which is later than \(time); readings come in time order"
        )
    }

    /// Whether a reading is held.
    func holds(_ meter: String, at time: Timestamp) throws(RequestError) -> Bool {
        let (generation, pending) = look { ($0.generation, $0.pending) }
        let history = History(generation: generation, journal: journal)
        return try restoring(meter) { () throws(CatalogError) in
            try history.reading(of: meter, at: time, pending: pending) != nil
        }
    }

    /// Refuses what would have to be written where nothing can be.
    func requireJournal() throws(RequestError) {
        guard journal != nil, !isReadonly else {
            throw RequestError(.unavailable, "the index was opened for reading only; open it for writing")
        }
    }

    /// A meter's stream as it was, with what it belongs to.
    private struct HeldStream {
        let stream: MeterStream
        let generation: Generation
        let labelled: LabelOverlay
    }

    /// A meter's stream: the one at hand, or one restored from the disk, without the lock meanwhile.
    private func stream(of meter: String) throws(RequestError) -> HeldStream {
        let (generation, labelled, live, pending) = look { state in
            let live = state.streams[meter]
            return (state.generation, state.labelled, live, live == nil ? state.pending : [])
        }
        if let live { return HeldStream(stream: live, generation: generation, labelled: labelled) }
        let history = History(generation: generation, journal: journal)
        let restored = try restoring(meter) { () throws(CatalogError) in
            try history.stream(of: meter, pending: pending)
        }
        // A meter that was only asked about leaves nothing behind, or questions could fill the memory; and what
        // somebody else has made or pushed to meanwhile stays.
        if restored.newestTime != nil {
            try withState { state throws(RequestError) in
                if state.generation === generation, state.streams[meter] == nil {
                    state.streams[meter] = restored
                }
            }
        }
        return HeldStream(stream: restored, generation: generation, labelled: labelled)
    }

    private func restoring<Result>(
        _ meter: String,
        _ body: () throws(CatalogError) -> Result
    ) throws(RequestError) -> Result {
        do {
            let result = try body()
            note(historyOf: meter, unreadable: nil)
            return result
        } catch {
            note(historyOf: meter, unreadable: "\(error)")
            throw RequestError(.unavailable, "the history cannot be read just now: \(error)")
        }
    }

    private func answer(_ question: Question, _ options: QueryOptions) throws(RequestError) -> Judgement {
        let content = try question.generation.judge(question, options)
        return Judgement(
            meter: question.meter,
            time: question.time,
            content: content,
            generation: question.generation.number,
            // Told only while a meter is warming, where it says how far the history goes.
            previous: content.assessment == nil ? question.previous : nil,
            revisions: try question.generation.judgeAgain(question, options)
        )
    }
}

extension Generation {
    /// Judges a question's window.
    package func judge(
        _ question: LiveIndex.Question,
        _ options: QueryOptions
    ) throws(RequestError) -> Judgement.Content {
        guard let features = question.features else { return .warming(missing: question.missing) }
        let scope = classifier.scope(
            ofMeter: meterNumbers[question.meter],
            name: question.meter,
            labelled: question.labelled,
            search: options
        )
        do {
            return .judged(
                try detector.judge(features, at: question.time, in: scope, neighbours: options.neighbours)
            )
        } catch {
            throw RequestError(.internal, "the search failed: \(error)")
        }
    }

    /// Judges the earlier readings whose second look a question's reading has made due.
    func judgeAgain(
        _ question: LiveIndex.Question,
        _ options: QueryOptions
    ) throws(RequestError) -> [Revision] {
        guard let second = secondLook, !question.due.isEmpty else { return [] }
        let scope = second.classifier.scope(
            ofMeter: meterNumbers[question.meter],
            name: question.meter,
            labelled: question.secondLookLabels,
            search: options
        )
        var revisions: [Revision] = []
        do {
            for window in question.due {
                let found = try second.judge(window.features, at: window.time, in: scope, neighbours: 0)
                revisions.append(Revision(time: window.time, assessment: found))
            }
        } catch {
            throw RequestError(.internal, "the search failed: \(error)")
        }
        return revisions
    }
}
