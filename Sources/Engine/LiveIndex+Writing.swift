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

    /// Writes pushed readings that are still waiting into the journal.
    ///
    /// - Throws: ``CatalogError``; the readings keep waiting.
    public func flush() throws(CatalogError) {
        try writing.withLock { _ throws(CatalogError) in _ = try writePending() }
    }

    /// Returns once the first readings taken in are in the journal. A call that comes while another's write
    /// is under way waits for it, and the next write then takes all that came meanwhile: one sync of the disk
    /// for many.
    ///
    /// - Parameter count: how many of them; nil for all that were taken in before this call.
    /// - Throws: ``CatalogError``; the readings keep waiting.
    public func awaitDurable(upTo count: Int? = nil) throws(CatalogError) {
        let goal = count ?? readingsTaken
        try writing.withLock { _ throws(CatalogError) in
            guard !hasWritten(goal) else { return }
            _ = try writePending()
        }
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

    /// Writes all waiting readings, then labels, in one durable transaction. Only with `writing` held.
    ///
    /// - Returns: the journal's position after it; nil if there was nothing to write.
    func writePending(and labels: [LabelEntry] = []) throws(CatalogError) -> JournalPosition? {
        let began = ContinuousClock.now
        let (batches, unsaved) = update { ($0.pending.batches(), $0.takeUnsaved()) }
        guard !batches.isEmpty || !labels.isEmpty else {
            for embeddings in unsaved { embeddings.save() }
            return nil
        }
        do throws(CatalogError) {
            let position = try journal?.append(readings: Array(batches.joined()), labels: labels)
            update { state in
                state.pending.confirm(batches, writtenSince: began)
                state.commits += 1
                state.health.note(.writing, nil)
            }
            for embeddings in unsaved { embeddings.save() }
            return position
        } catch {
            update { state in
                state.unsaved += unsaved
                state.health.note(
                    .writing,
                    "readings wait in memory and labels are refused, as the journal takes nothing: \(error)"
                )
            }
            throw error
        }
    }
}
