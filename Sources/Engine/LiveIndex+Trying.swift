internal import Detection
public import Readings
internal import Storage
public import Verdicts
internal import Windows

extension LiveIndex {
    /// What a label would change if it were given, of the verdicts of the last 30 days: each reading is
    /// judged as it came, by all that is known now, with the label and without it. Nothing is labelled. Reads
    /// the disk, and takes about twice as long as scoring these readings.
    ///
    /// - Throws: ``RequestError`` as ``label(_:_:as:note:given:)``, or `internal` if a search fails.
    public func tryLabel(
        _ meter: Name,
        _ choice: ReadingChoice,
        as label: Label
    ) throws(RequestError) -> LabelTrial {
        let chosen = try readings(of: meter, choice)
        // Labelled windows are embedded from what the journal has.
        do { _ = try write(patience: .milliseconds(500)) } catch {
            throw RequestError(.unavailable, "readings that wait cannot be written: \(error); try again")
        }
        let snapshot = snapshot
        let labelled = try self.labelled(meter, chosen.times, label, snapshot)
        let newest = try disk { () throws(CatalogError) in try holdings().last }
        var trial = LabelTrial(
            chosen.range,
            readings: chosen.times.count,
            counting: labelled.counting,
            since: Timestamp(milliseconds: (newest?.milliseconds ?? 0) - LabelTrial.span)
        )
        let others = labelled.isOfOneMeter ? [] : try meters(of: snapshot).filter { $0 != meter }
        for meter in [meter] + others where trial.isWhole {
            try compare(snapshot, labelled.snapshot, meter, &trial)
        }
        return trial
    }

    /// A snapshot in which a label counts.
    private struct LabelledSnapshot {
        let snapshot: IndexSnapshot
        /// How many of the readings it counts of.
        let counting: Int
        /// Whether it can change nothing of other meters: it makes windows normal that were neither in the
        /// banks nor labelled anomalous.
        let isOfOneMeter: Bool
    }

    private func labelled(
        _ meter: Name,
        _ times: [Timestamp],
        _ label: Label,
        _ snapshot: IndexSnapshot
    ) throws(RequestError) -> LabelledSnapshot {
        // As if they were the last ones ever given.
        let numbers = Int64.max - Int64(times.count)..<Int64.max
        let given = zip(numbers, times).map { number, time in
            NumberedLabel(LabelEntry(meter: meter, time: time, label: label), number: number)
        }
        let history = History(generation: snapshot.generation, journal: journal)
        let embedded = LabelEmbedder(history, nil).embed(given)
        if let failure = embedded.failure {
            throw RequestError(.unavailable, "the history cannot be read just now: \(failure)")
        }
        let changed: IndexSnapshot
        do {
            changed = try snapshot.adding(embedded.entries)
        } catch {
            throw RequestError(.internal, "the labels cannot be arranged: \(error)")
        }
        let (before, after) = (snapshot.labels, changed.labels)
        let wereAnomalous = times.contains { time in
            before.label(of: meter, at: time.milliseconds)?.label.isAnomalous ?? false
        }
        return LabelledSnapshot(
            snapshot: changed,
            counting: embedded.entries.count,
            isOfOneMeter: !label.isAnomalous && !wereAnomalous && before.normals == after.normals
                && before.anomalies == after.anomalies
        )
    }

    /// The meters that a snapshot's index has readings of, by name.
    private func meters(of snapshot: IndexSnapshot) throws(RequestError) -> [Name] {
        let generation = snapshot.generation
        let pushed = try disk { () throws(CatalogError) in
            try journal?.meters(
                channels: generation.columnCount,
                after: generation.manifest.journal,
                through: JournalPosition(labels: .max, readings: .max)
            )
        }
        return Set(generation.meterNumbers.keys).union(pushed ?? []).sorted()
    }

    /// Judges the readings of a meter by two snapshots.
    private func compare(
        _ before: IndexSnapshot,
        _ after: IndexSnapshot,
        _ meter: Name,
        _ trial: inout LabelTrial
    ) throws(RequestError) {
        let history = History(generation: before.generation, journal: journal)
        let options = QueryOptions(neighbours: 0)
        var walk = try disk { () throws(CatalogError) in
            var walk = try HistoryWalk(meter, in: history, pending: [])
            try walk.advance(to: trial.since.milliseconds + 1)
            return walk
        }
        while let step = try disk({ () throws(CatalogError) in try walk.next(before: .max) }),
            let stream = walk.stream
        {
            let time = Timestamp(milliseconds: step.time)
            let query = WindowQuery(of: meter, in: stream, at: time)
            guard case .judged(let one) = try before.judge(query, options),
                case .judged(let other) = try after.judge(query, options)
            else { continue }
            guard trial.looked < LabelTrial.mostReadings else {
                trial.isWhole = false
                return
            }
            trial.take(
                LabelTrial.Change(
                    meter,
                    time,
                    before: (one.verdict, one.score),
                    after: (other.verdict, other.score)
                )
            )
        }
    }

    private func disk<Value>(
        _ body: () throws(CatalogError) -> Value
    ) throws(RequestError) -> Value {
        do { return try body() } catch {
            throw RequestError(.unavailable, "the history cannot be read just now: \(error)")
        }
    }
}
