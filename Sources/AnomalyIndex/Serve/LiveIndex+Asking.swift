internal import Catalog
internal import Encoder
public import Readings
internal import VectorIndex
internal import Windows

extension LiveIndex {
    /// Judges a reading without taking it in.
    ///
    /// A time that is already held is judged by the history before that time.
    ///
    /// - Parameters:
    ///   - meter: a meter the index has heard of.
    ///   - values: one a channel, NaN where missing.
    /// - Throws: ``QueryError`` with `unknownMeter`, `wrongChannels`, or `unavailable`.
    public func query(
        _ meter: String,
        at time: Timestamp,
        values: [Double],
        options: QueryOptions = QueryOptions()
    ) throws(QueryError) -> Answer {
        let question = try withState { state, directory throws(QueryError) in
            try check(values, state.generation)
            state.counters.queries += 1
            var stream = try self.stream(of: meter, &state, directory)
            guard let newest = stream.newestTime else {
                throw QueryError(
                    .unknownMeter,
                    "the index `\(folder.name)` has no reading of a meter `\(meter)`; PUSH its readings first"
                )
            }
            if newest >= time {
                stream = try restoring { () throws(CatalogError) in
                    try directory.stream(of: meter, before: time, pending: state.pending)
                }
            }
            stream.append(values, at: time)
            return Question(meter, time, stream, state.generation, state.labelled)
        }
        return try answer(question, options)
    }

    /// Takes a reading in, and judges it.
    ///
    /// - Throws: ``QueryError`` with `late`, `repeated`, `wrongChannels`, or `unavailable`.
    public func push(
        _ meter: String,
        at time: Timestamp,
        values: [Double],
        options: QueryOptions = QueryOptions()
    ) throws(QueryError) -> Answer {
        let question = try withState { state, directory throws(QueryError) in
            try check(values, state.generation)
            guard state.pending.count < Self.pendingLimit else {
                throw QueryError(
                    .unavailable,
                    "\(state.pending.count) readings wait for the journal, which cannot be written; "
                        + "free space on the disk, then push again"
                )
            }
            var stream = try self.stream(of: meter, &state, directory)
            try checkOrder(meter, time, newest: stream.newestTime, state, directory)
            // Out of the dictionary while it changes, so that its storage has one owner and is not copied.
            state.streams[meter] = nil
            stream.append(values, at: time)
            state.streams[meter] = stream
            state.pending.append(JournalReading(meter: meter, time: time.milliseconds, values: values))
            state.counters.pushes += 1
            return Question(meter, time, stream, state.generation, state.labelled)
        }
        return try answer(question, options)
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
    ) throws(QueryError) -> Answer {
        let question = try withState { state, _ throws(QueryError) in
            let generation = state.generation
            for row in rows { try check(row, generation) }
            guard !rows.isEmpty else { throw QueryError(.badRequest, "a window has at least one row") }
            let profile = generation.meterNumbers[meter].flatMap { generation.profiles[$0] }
            var stream =
                profile.map { MeterStream(known: $0, layout: generation.layout) }
                ?? MeterStream(newMeter: meter, layout: generation.layout, expected: generation.usualCadence)
            let step = interval ?? (profile?.cadence ?? generation.usualCadence).interval
            guard step > 0, step <= 366 * 86_400_000 else {
                throw QueryError(.badRequest, "an interval is above 0 and at most a year")
            }
            for (index, row) in rows.enumerated() {
                let back = Int64(rows.count - 1 - index) * step
                stream.append(row, at: Timestamp(milliseconds: end.milliseconds - back))
            }
            state.counters.queries += 1
            return Question(meter, end, stream, generation, state.labelled)
        }
        return try answer(question, options)
    }

    private func check(_ values: [Double], _ generation: Generation) throws(QueryError) {
        guard values.count == generation.layout.channelCount else {
            let channels = generation.manifest.channels.joined(separator: ", ")
            throw QueryError(
                .wrongChannels,
                "the index `\(folder.name)` has \(generation.layout.channelCount) channels (\(channels)) "
                    + "and \(values.count) values came; write `-` for a missing one"
            )
        }
    }

    private func checkOrder(
        _ meter: String,
        _ time: Timestamp,
        newest: Timestamp?,
        _ state: State,
        _ directory: MeterDirectory
    ) throws(QueryError) {
        guard let newest, newest >= time else { return }
        let held = try restoring { () throws(CatalogError) in
            try directory.reading(of: meter, at: time, pending: state.pending) != nil
        }
        guard !held else {
            throw QueryError(.repeated, "`\(meter)` has a reading of \(time) already; the first one counts")
        }
        throw QueryError(
            .late,
            "`\(meter)` has a reading of \(newest), which is later than \(time); readings come in time order"
        )
    }

    private func stream(
        of meter: String,
        _ state: inout State,
        _ directory: MeterDirectory
    ) throws(QueryError) -> MeterStream {
        if let stream = state.streams[meter] { return stream }
        let pending = state.pending
        let stream = try restoring { () throws(CatalogError) in
            try directory.stream(of: meter, pending: pending)
        }
        // A meter that was only asked about leaves nothing behind, or questions could fill the memory.
        if stream.newestTime != nil { state.streams[meter] = stream }
        return stream
    }

    private func restoring<Result>(
        _ body: () throws(CatalogError) -> Result
    ) throws(QueryError) -> Result {
        do {
            return try body()
        } catch {
            throw QueryError(.unavailable, "the history cannot be read just now: \(error)")
        }
    }

    private func answer(_ question: Question, _ options: QueryOptions) throws(QueryError) -> Answer {
        let content = try question.generation.judge(question, options)
        if case .classified(let classification) = content, classification.score > 1 { countAlarm() }
        return Answer(
            meter: question.meter,
            time: question.time,
            content: content,
            generation: question.generation.number
        )
    }
}

extension Generation {
    /// Judges a question's window.
    func judge(_ question: LiveIndex.Question, _ options: QueryOptions) throws(QueryError) -> Answer.Content {
        guard let features = question.features else { return .warming(missing: question.missing) }
        let scope = classifier.scope(
            ofMeter: meterNumbers[question.meter],
            name: question.meter,
            labelled: question.labelled,
            search: options
        )
        do {
            let embedding = encoder.encode(features)
            return .classified(
                try classifier.classify(
                    embedding,
                    features: features,
                    time: question.time.milliseconds,
                    in: scope,
                    neighbours: options.neighbours
                )
            )
        } catch {
            throw QueryError(.internal, "the search failed: \(error)")
        }
    }
}
