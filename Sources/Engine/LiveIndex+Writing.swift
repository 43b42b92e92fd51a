internal import Readings
public import Storage
internal import Synchronization
internal import Verdicts

extension LiveIndex {
    /// How many readings were taken in since the index was opened.
    public var readingsTaken: Int { read { $0.pending.taken } }

    /// Whether the first readings taken in are in the journal.
    ///
    /// - Parameter count: how many of them.
    public func hasWritten(_ count: Int) -> Bool { read { $0.pending.written } >= count }

    /// How long the oldest reading that is not in the journal yet has waited for it.
    public var journalLag: Duration { read { $0.pending.since }.map { .now - $0 } ?? .zero }

    /// How long the oldest of the readings that were written last had waited.
    public var lastWait: Duration { read { $0.pending.lastWait } }

    /// How long a write waits while another process has locked the journal, before that is a failure.
    public static let lockPatience = Duration.seconds(10)

    /// Writes pushed readings that are still waiting into the journal.
    ///
    /// - Parameter patience: how long to wait while another process has locked the journal.
    /// - Throws: ``CatalogError``; the readings that were not written keep waiting.
    public func flush(patience: Duration = lockPatience) throws(CatalogError) {
        _ = try write(patience: patience)
    }

    /// Tries whether the journal can be written again, if an earlier write has failed and no reading waits.
    /// Where there are only labels, nothing else would show that the index is well again.
    ///
    /// - Throws: ``CatalogError`` as long as it cannot.
    public func retryWriting() throws(CatalogError) {
        try writing.withLock { _ throws(CatalogError) in
            let isFailing = read { $0.health.reason(.writing) != nil && $0.pending.count == 0 }
            guard isFailing, let journal else { return }
            try journal.tryWriting(patience: Self.lockStep)
            update { $0.health.note(.writing, nil) }
        }
    }

    /// Returns once the first readings taken in are in the journal. A call that comes while another's write
    /// is under way waits for it, and the next write then takes all that came meanwhile: one sync of the disk
    /// for many.
    ///
    /// - Parameter count: how many of them, such as ``readingsTaken``.
    /// - Throws: ``CatalogError``; the readings that were not written keep waiting.
    public func awaitDurable(upTo count: Int) throws(CatalogError) {
        _ = try write(upTo: count)
    }

    /// Closes the journal, and moves the content of its write-ahead log into the file. Must be the last call.
    ///
    /// The end of the index's life does the same, but a process may end before another thread has released
    /// the index.
    ///
    /// - Throws: ``CatalogError``; the write-ahead log then stays beside the file, and nothing is lost.
    public func close() throws(CatalogError) {
        try journal?.close()
    }

    /// Writes what waits, then labels, durably.
    ///
    /// While another process has locked the journal, this waits in short steps and lets other writers of this
    /// process try in between: none of them waits for the patience of another.
    ///
    /// - Parameters:
    ///   - goal: nothing is written if as many readings are in the journal already; nil to write all.
    ///   - patience: how long to wait while another process has locked the journal.
    /// - Returns: the journal's position after it; nil if there was nothing to write.
    func write(
        _ feedback: Feedback? = nil,
        upTo goal: Int? = nil,
        patience: Duration = lockPatience
    ) throws(CatalogError) -> JournalPosition? {
        let deadline = ContinuousClock.now + patience
        while true {
            do throws(CatalogError) {
                return try writing.withLock { size throws(CatalogError) in
                    if let goal, hasWritten(goal) { return nil }
                    return try writeAll(&size, and: feedback)
                }
            } catch {
                update { $0.health.delay = error.isLocked ? "another process has locked it" : nil }
                if error.isLocked, ContinuousClock.now < deadline { continue }
                noteFailure(error, after: patience)
                throw error
            }
        }
    }

    /// How long one attempt waits while another process has locked the journal.
    private static let lockStep = Duration.milliseconds(250)

    /// Writes what waits, and then the embeddings of labels whose readings are on the disk by that.
    private func writeAll(
        _ size: inout TransactionSize,
        and feedback: Feedback?
    ) throws(CatalogError) -> JournalPosition? {
        let unsaved = update { $0.takeUnsaved() }
        do throws(CatalogError) {
            let position = try writePending(&size, and: feedback)
            for embeddings in unsaved { embeddings.save() }
            return position
        } catch {
            update { $0.unsaved += unsaved }
            throw error
        }
    }

    /// Writes all waiting readings, then feedback: in one transaction, or in smaller ones where the disk has
    /// no room for that, so that what fits is on the disk and the rest waits. Only with `writing` held.
    private func writePending(
        _ size: inout TransactionSize,
        and feedback: Feedback?
    ) throws(CatalogError) -> JournalPosition? {
        let goal = readingsTaken
        while true {
            let part = update { [size] in $0.takePart(of: size.limit) }
            let readings = part.batches.flatMap(\.readings)
            let isLast = part.before + readings.count >= goal
            let silence = try watchSilence(readings, before: part.before)
            let isChange = !readings.isEmpty || !part.judgements.isEmpty || part.changed != nil
            guard isChange || feedback != nil || !silence.isEmpty else { return nil }
            do throws(CatalogError) {
                let position = try journal?.append(
                    readings: readings,
                    feedback: isLast ? feedback : nil,
                    judgements: part.judgements,
                    beingJudged: part.beingJudged,
                    changed: part.changed?.spans,
                    silence: silence,
                    quiet: part.generation.quietSpell,
                    patience: Self.lockStep
                )
                confirm(part, isLast: isLast)
                self.silence.withLock { $0?.confirm(silence.count) }
                forgetSetAside(silence)
                size.grow()
                if isLast { return position }
            } catch {
                guard error.isShortage, size.shrink(from: readings.count) else { throw error }
            }
        }
    }

    private func confirm(_ part: PartToWrite, isLast: Bool) {
        update { state in
            state.pending.confirm(part.batches)
            if part.isAll { state.judgements.confirm() }
            if let changed = part.changed { state.changedWindows.confirm(changed) }
            state.commits += 1
            state.health.delay = nil
            if isLast { state.health.note(.writing, nil) }
        }
    }

    private func noteFailure(_ error: CatalogError, after patience: Duration) {
        // A lock is soon released, as a rule. Until then ``IndexHealth/delay`` says why readings wait.
        guard !error.isLocked || max(patience, journalLag) >= Self.lockPatience else { return }
        update { state in
            state.health.note(
                .writing,
                "readings wait in memory and labels are refused, as the journal cannot be written: \(error)"
            )
        }
    }
}

/// What one transaction writes besides labels.
struct PartToWrite: Sendable {
    /// The oldest readings that wait.
    let batches: [PendingReadings.Batch]
    /// How many readings were written before them.
    let before: Int
    /// Whether they are all that wait.
    let isAll: Bool
    /// All judgements that wait, if all readings that they are about are written; else none.
    let judgements: [KeptJudgement]
    /// The readings whose judgement is still to come; nil where that does not change.
    let beingJudged: Set<ReadingKey>?
    /// The spans whose windows are still to be judged again; nil where they do not change.
    let changed: ChangedWindows.Unwritten?
    /// The generation that knows the meters' rhythms.
    let generation: Generation
}

extension LiveIndex.State {
    /// Begins to write as many readings as fit, and their judgements: each reading has its judgement in the
    /// same transaction, or is among those whose judgement is still to come.
    mutating func takePart(of limit: Int) -> PartToWrite {
        let before = pending.written
        let batches = pending.first(limit)
        let isAll = batches.reduce(0) { $0 + $1.readings.count } == pending.count
        let judgements = isAll ? self.judgements.take() : []
        let waiting = isAll ? [] : self.judgements.all.map { ReadingKey($0.meter, $0.time) }
        let isChange = !batches.isEmpty || !judgements.isEmpty
        return PartToWrite(
            batches: batches,
            before: before,
            isAll: isAll,
            judgements: judgements,
            beingJudged: isChange ? beingJudged.union(waiting) : nil,
            changed: changedWindows.unwritten(isWhole: isAll),
            generation: snapshot.generation
        )
    }
}
