internal import Storage
internal import Synchronization
internal import Verdicts

/// A generation that could not be opened, or not be served.
struct RefusedGeneration: Sendable {
    let number: Int
    let reason: any Error
    /// When it is tried again, so that a twentieth of the time is spent on it.
    let restUntil: ContinuousClock.Instant
}

extension LiveIndex {
    /// Swaps to the generation that `CURRENT` names, if it is another one. Queries under way finish on the
    /// old one; none is lost.
    ///
    /// - Parameter again: try a generation once more that could not be opened before.
    /// - Returns: whether there was another one.
    /// - Throws: ``IndexError``, or ``CatalogError`` from the journal; then the old generation still answers.
    @discardableResult
    public func reload(again: Bool = false) throws -> Bool {
        do {
            let changed = try swap(again: again)
            update { $0.health.note(.generation, nil) }
            return changed
        } catch {
            let number = generation.number
            update {
                $0.health.note(
                    .generation,
                    "generation \(number) is served, as the newest cannot be: \(error)"
                )
            }
            throw error
        }
    }

    private func swap(again: Bool) throws -> Bool {
        let number = try folder.current()
        let served = self.generation.number
        guard number != served else { return false }
        // Reading a large generation again twice a second would not repair it.
        if !again, let refused = read({ $0.refused }), refused.number == number,
            ContinuousClock.now < refused.restUntil
        {
            throw refused.reason
        }
        // While the journal cannot be written, nothing is swapped in, so nothing large is opened.
        try flush()
        let began = ContinuousClock.now
        do {
            try swap(to: number)
        } catch {
            refuse(number, error, since: began)
            throw error
        }
        // Labels that count for the second look because of readings pushed to the old generation meanwhile.
        // What cannot be read is noted, and tried again; the new generation is served all the same.
        try? noticeLabels()
        return self.generation.number != served
    }

    /// How long a swap, during which no label is taken, waits while another process has locked the journal.
    private static let swapPatience = Duration.seconds(1)

    private func swap(to number: Int) throws {
        let generation = try Generation(number, of: folder, alarmLine: alarmLine)
        let journal = journal
        var log = LabelLog(generation, journal)
        // Most labels are embedded here, while labels that come meanwhile still count on the old generation.
        let cache = journal.map { EmbeddingCache(of: generation, in: folder, $0, readonly: isReadonly) }
        let snapshot = try Self.caughtUp(IndexSnapshot(generation, cache), &log, journal)
        try labelLog.withLock { current in
            // Two may be reloading at once; the slower must not bring back what the other has replaced, nor
            // drop the streams of the generation that both have opened.
            guard try folder.current() == number, self.generation.number != number else { return }
            // Another journal was opened meanwhile; the next call tries again.
            guard self.journal === journal else { return }
            try flush(patience: Self.swapPatience)
            try serve(Self.caughtUp(snapshot, &log, journal, pending: read { $0.pending.snapshot }))
            current = log
        }
    }

    /// Replaces the snapshot; the streams are then restored from the disk.
    ///
    /// - Parameter journal: another journal to read; nil for the same one.
    func serve(_ snapshot: IndexSnapshot, from journal: Journal? = nil) {
        _ = update { state -> (IndexSnapshot, StreamCache) in
            defer {
                if snapshot.generation !== state.snapshot.generation { state.swaps += 1 }
                state.journal = journal ?? state.journal
                state.snapshot = snapshot
                state.sessions = StreamCache(room)
                state.health.forgetHistories()
            }
            // Released outside the lock: that frees many streams.
            return (state.snapshot, state.sessions)
        }
    }

    private func refuse(_ number: Int, _ reason: any Error, since began: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        let refused = RefusedGeneration(
            number: number,
            reason: reason,
            restUntil: now + began.duration(to: now) * 20
        )
        update { $0.refused = refused }
    }
}
