internal import Detection
public import Readings
public import Storage
internal import Synchronization
public import Verdicts

extension LiveIndex {
    /// Labels the window that ends at a reading the index holds. Returns once the label is on the disk, with
    /// every reading that waited before it, and counts.
    ///
    /// - Throws: ``RequestError`` with `unknownMeter`, `noReading`, or `unavailable` where the journal cannot
    ///   be written.
    public func label(
        _ meter: Name,
        at time: Timestamp,
        as label: Label
    ) throws(RequestError) -> Labelled {
        try requireJournal()
        try requireOwnFiles()
        guard try holds(meter, at: time) else { throw try noReading(meter, time) }
        let position: JournalPosition?
        do {
            position = try writing.withLock { _ throws(CatalogError) in
                try writePending(and: [LabelEntry(meter: meter, time: time, label: label)])
            }
        } catch {
            throw RequestError(
                .unavailable,
                "the label could not be written and was not taken: \(error); try again"
            )
        }
        // The label is on the disk: a failure from here on delays its effect until labels are next read.
        try? noticeLabels()
        let counts = snapshot.labels.entries.contains { $0.meter == meter && $0.time == time.milliseconds }
        return Labelled(counts: counts, labels: Int(position?.labels ?? 0))
    }

    private func noReading(_ meter: Name, _ time: Timestamp) throws(RequestError) -> RequestError {
        guard try knows(meter) else {
            return RequestError(
                .unknownMeter,
                "the index `\(folder.name)` has no reading of a meter `\(meter)`"
            )
        }
        return RequestError(
            .noReading,
            "the index `\(folder.name)` holds no reading of `\(meter)` at \(time); "
                + "label a reading that was pushed or built in"
        )
    }

    /// Puts the labels into effect that came into the journal since the last call, whichever process wrote
    /// them.
    ///
    /// - Throws: ``CatalogError`` if the journal, or the history of a labelled meter, cannot be read. Those
    ///   labels are tried again with the next call.
    public func noticeLabels() throws(CatalogError) { try noticeLabels(withNewsOf: []) }

    /// Puts new labels into effect.
    ///
    /// - Parameter meters: those that have got readings which no push has announced.
    func noticeLabels(withNewsOf meters: Set<Name>) throws(CatalogError) {
        guard journal != nil else { return }
        do throws(CatalogError) {
            try labelLog.withLock { log throws(CatalogError) in try apply(&log, newsOf: meters) }
            update { $0.health.note(.reading, nil) }
        } catch {
            update { $0.health.note(.reading, "labels in the journal cannot be read: \(error)") }
            throw error
        }
    }

    /// Puts a log's new labels into effect.
    private func apply(_ log: inout LabelLog, newsOf meters: Set<Name>) throws(CatalogError) {
        let new = try log.advance()
        if !new.entries.isEmpty { replaceSnapshot { $0.adding(new.entries) } }
        let pending = update { [position = log.position] state in
            state.labelsGiven = max(state.labelsGiven, position)
            return state.pending.snapshot
        }
        // Where readings are pushed, a label waits here only until it is in effect.
        let news = isReadonly ? meters.union(new.entries.map(\.meter)) : nil
        let matured = log.secondLooks(pending, of: news)
        if !matured.entries.isEmpty { replaceSnapshot { $0.promoting(matured.entries) } }
        if let failure = new.failure ?? matured.failure { throw failure }
    }

    /// Lets labels count for the second look that the pushes of readings have made due.
    ///
    /// - Parameter generation: the one whose encoder has embedded them. If another one answers meanwhile, the
    ///   swap has looked for such labels itself.
    func promote(_ entries: [LabelOverlay.Entry], of generation: Generation) {
        replaceSnapshot { $0.generation === generation ? $0.promoting(entries) : nil }
    }

    /// Replaces the snapshot by one that is made of it, outside the lock.
    ///
    /// - Parameter body: gives the new one, or nil to leave it; called again if another thread was faster.
    private func replaceSnapshot(_ body: (IndexSnapshot) -> IndexSnapshot?) {
        while true {
            let current = snapshot
            guard let next = body(current) else { return }
            let isReplaced = update { state in
                guard state.snapshot === current else { return false }
                state.snapshot = next
                return true
            }
            if isReplaced { return }
        }
    }

    /// A snapshot with all labels that a log finds on the disk.
    ///
    /// - Throws: ``CatalogError`` if one of them cannot be read.
    static func caughtUp(
        _ snapshot: IndexSnapshot,
        _ log: inout LabelLog,
        pending: PendingReadings.Snapshot = .empty
    ) throws(CatalogError) -> IndexSnapshot {
        let new = try log.advance()
        let matured = log.secondLooks(pending, isFinal: false)
        if let failure = new.failure ?? matured.failure { throw failure }
        return snapshot.adding(new.entries).promoting(matured.entries)
    }
}
