internal import Detection
internal import Readings
public import Storage
internal import Synchronization
internal import VectorIndex
internal import Verdicts

extension LiveIndex {
    /// Puts the labels into effect that came into the journal since the last call, whichever process wrote
    /// them. In an index that only reads it does nothing: there ``follow()`` does so, and it alone. A label
    /// that another thread held meanwhile would miss the readings that make its second look due.
    ///
    /// - Throws: ``CatalogError`` if the journal, or the history of a labelled meter, cannot be read. Those
    ///   labels are tried again with the next call.
    public func noticeLabels() throws(CatalogError) {
        guard !isReadonly else { return }
        try noticeLabels(withNewsOf: [])
    }

    /// Puts new labels into effect.
    ///
    /// - Parameter meters: those that have got readings which no push has announced.
    func noticeLabels(withNewsOf meters: Set<Name>) throws(CatalogError) {
        guard journal != nil else { return }
        do throws(CatalogError) {
            while try noticeSome(withNewsOf: meters) {}
            update { $0.health.note(.reading, nil) }
        } catch {
            update { $0.health.note(.reading, "labels in the journal cannot be read: \(error)") }
            throw error
        }
    }

    /// How many labels of other processes are put into effect together.
    private static let noticedAtOnce = 4_096

    /// Puts some of the new labels into effect.
    ///
    /// - Returns: whether there may be more.
    private func noticeSome(withNewsOf meters: Set<Name>) throws(CatalogError) -> Bool {
        let (snapshot, taken) = try labelLog.withLock { log throws(CatalogError) in
            (self.snapshot, try log.take(limit: Self.noticedAtOnce))
        }
        // Those that were given to this process count already.
        let new = taken.labels.filter { label in
            let counting = snapshot.labels.number(of: label.meter, at: label.time.milliseconds)
            return counting.map { $0 < label.number } ?? true
        }
        // Where readings are pushed, a label waits in the log only until it is in effect.
        _ = try putIntoEffect(new, on: snapshot, withNewsOf: isReadonly ? meters : nil)
        update { [position = labelLog.withLock { $0.position }] state in
            state.labelsGiven = max(state.labelsGiven, position)
        }
        return taken.isMore
    }

    /// Puts labels of the journal into effect.
    ///
    /// - Parameters:
    ///   - snapshot: its generation embeds them.
    ///   - isGiven: whether they were not taken from the log, but given to this process.
    ///   - meters: of the labels that wait for their second look, only those of these meters are tried; nil
    ///     for all.
    /// - Returns: false if another generation or journal answers meanwhile: what was in the journal before
    ///   was read for it.
    /// - Throws: ``CatalogError`` if the history of a labelled meter cannot be read.
    func putIntoEffect(
        _ labels: [NumberedLabel],
        on snapshot: IndexSnapshot,
        isGiven: Bool = false,
        withNewsOf meters: Set<Name>? = []
    ) throws(CatalogError) -> Bool {
        let history = History(generation: snapshot.generation, journal: journal)
        let embedder = LabelEmbedder(history, snapshot.cache)
        let first = embedder.embed(labels)
        let undecided = try labelLog.withLock { log throws(CatalogError) -> [NumberedLabel]? in
            guard self.snapshot.isBased(on: snapshot) else { return nil }
            // With the log's lock held, so that none replaces what was told later.
            let cases = labels.isEmpty ? self.snapshot.cases : try journal?.cases() ?? [:]
            do throws(VectorIndexError) {
                try replaceSnapshot { snapshot throws(VectorIndexError) in
                    try snapshot.adding(first.entries).telling(cases)
                }
            } catch {
                if !isGiven { log.keepBack(unread: labels) }
                throw CatalogError(folder.path, "arranging the labels", error)
            }
            if !isGiven { log.keepBack(unread: first.unread) }
            if isGiven, first.failure == nil { for label in labels { log.pass(label.number) } }
            return first.embedded + log.takeUndecided(of: meters)
        }
        guard let undecided else { return false }
        let failure = try takeSecondLooks(undecided, embedder, on: snapshot)
        if let failure = first.failure ?? failure { throw failure }
        return true
    }

    /// Lets labels count for the second look too, as far as the readings tell.
    ///
    /// - Returns: why some could not be embedded; they are kept back.
    private func takeSecondLooks(
        _ labels: [NumberedLabel],
        _ embedder: LabelEmbedder,
        on snapshot: IndexSnapshot
    ) throws(CatalogError) -> CatalogError? {
        guard !labels.isEmpty, snapshot.generation.secondLook != nil else { return nil }
        let second = embedder.embed(labels, isSecond: true, pending: read { $0.pending.snapshot })
        do throws(VectorIndexError) {
            try replaceSnapshot { current throws(VectorIndexError) in
                current.isBased(on: snapshot) ? try current.promoting(second.entries) : nil
            }
        } catch {
            labelLog.withLock { $0.keepBack(undecided: labels) }
            throw CatalogError(folder.path, "arranging the labels", error)
        }
        saveLater(second.unsaved, in: snapshot.cache)
        // Readings that come through the journal are announced by no push.
        let left = second.unread + (isReadonly ? second.waiting : [])
        if !left.isEmpty { labelLog.withLock { $0.keepBack(undecided: left) } }
        return second.failure
    }

    /// Lets labels count for the second look that the pushes of readings have made due.
    ///
    /// - Parameter snapshot: its generation has embedded them. If another one answers meanwhile, the swap has
    ///   looked for such labels itself.
    /// - Returns: the snapshot in which they count; nil if another generation answers.
    func promote(
        _ entries: [LabelOverlay.Entry],
        of snapshot: IndexSnapshot
    ) throws(VectorIndexError) -> IndexSnapshot? {
        let promoted = try replaceSnapshot { current throws(VectorIndexError) in
            current.isBased(on: snapshot) ? try current.promoting(entries) : nil
        }
        let windows = entries.map { entry in
            let window = EmbeddingCache.Window(meter: entry.meter, time: entry.time, isSecond: true)
            return (window, LabelledWindow.embedded(entry.embedding))
        }
        saveLater(Dictionary(windows) { $1 }, in: snapshot.cache)
        return promoted
    }

    /// Replaces the snapshot by one that is made of it, outside the lock.
    ///
    /// - Parameter body: gives the new one, or nil to leave it; called again if another thread was faster.
    /// - Returns: what the body gave.
    @discardableResult
    func replaceSnapshot(
        _ body: (IndexSnapshot) throws(VectorIndexError) -> IndexSnapshot?
    ) throws(VectorIndexError) -> IndexSnapshot? {
        while true {
            let current = snapshot
            guard let next = try body(current) else { return nil }
            let isReplaced = update { state in
                guard state.snapshot === current else { return false }
                state.snapshot = next
                return true
            }
            if isReplaced { return next }
        }
    }

    /// A snapshot with all labels that a log finds on the disk.
    ///
    /// - Throws: ``CatalogError`` if one of them cannot be read.
    static func caughtUp(
        _ snapshot: IndexSnapshot,
        _ log: inout LabelLog,
        _ journal: Journal?,
        pending: PendingReadings.Snapshot = .empty
    ) throws(CatalogError) -> IndexSnapshot {
        let history = History(generation: snapshot.generation, journal: journal)
        var embedder = LabelEmbedder(history, snapshot.cache)
        let labels = try log.take().labels
        if snapshot.labels.isEmpty, !labels.isEmpty { try embedder.load(comparing: labels) }
        let first = embedder.embed(labels)
        let second = embedder.embed(first.embedded + log.takeUndecided(), isSecond: true, pending: pending)
        if let failure = first.failure ?? second.failure { throw failure }
        log.keepBack(undecided: second.waiting)
        let cases = try journal?.cases() ?? [:]
        do throws(VectorIndexError) {
            return try snapshot.adding(first.entries).promoting(second.entries).telling(cases)
        } catch {
            throw CatalogError("generation \(snapshot.generation.number)", "arranging the labels", error)
        }
    }
}
