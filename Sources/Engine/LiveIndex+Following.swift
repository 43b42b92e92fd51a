internal import Readings
internal import Storage
internal import Synchronization
public import Verdicts
internal import Windows

/// How far a read-only index has followed the journal that another process writes.
struct JournalFollower: Sendable {
    /// The position after the last row that was taken up. Streams restored later have those rows in any case.
    var position: JournalPosition
    /// The meters of the readings that were taken up since labels were last noticed without a failure.
    var news: Set<Name> = []

    /// How many readings are taken up at once.
    static let pageLength: Int64 = 10_000
}

extension LiveIndex {
    /// Takes up what other processes have written into the journal, in an index that only reads: readings
    /// are appended to the streams in memory, labels count, and a journal that was made, or replaced, is
    /// opened. In an index that writes it does nothing: no other process adds readings to it.
    ///
    /// - Throws: ``HealthIssue`` if the journal cannot be read; the next call tries again.
    public func follow() throws(HealthIssue) {
        guard isReadonly else { return }
        let began = ContinuousClock.now
        update { $0.followed = $0.followed ?? began }
        do throws(CatalogError) {
            try following.withLock { follower throws(CatalogError) in try follow(&follower) }
            update { state in
                state.followed = began
                state.health.note(.files, nil)
            }
        } catch {
            let reason =
                "what other processes write does not count, as the journal cannot be followed: \(error)"
            update { $0.health.note(.files, reason) }
            throw HealthIssue(.files, of: folder.name.text, reason)
        }
    }

    /// How long ago a read-only index last had all that was in the journal; nil if it does not follow one.
    public var followingLag: Duration? { read { $0.followed.map { .now - $0 } } }

    private func follow(_ follower: inout JournalFollower) throws(CatalogError) {
        guard let journal, journal.fileChange == nil else { return try reopenJournal(&follower) }
        let end = try journal.position()
        // Someone has put an older copy into the same file.
        guard end.reaches(follower.position) else { return try reopenJournal(&follower) }
        while follower.position.readings < end.readings {
            var next = follower.position
            next.readings = min(next.readings + JournalFollower.pageLength, end.readings)
            let readings = try journal.readings(after: follower.position, through: next)
            let meters = Dictionary(grouping: readings, by: \.meter)
            for (meter, readings) in meters { takeUp(readings, of: meter) }
            follower.news.formUnion(meters.keys)
            follower.position = next
        }
        follower.position = end
        do throws(CatalogError) {
            try noticeLabels(withNewsOf: follower.news)
            follower.news = []
        } catch {
            // It is noted as an issue of its own; the next round tries those labels again.
        }
    }

    /// Brings a meter's stream, if it is in memory, up to date with further readings of the journal.
    private func takeUp(_ readings: [Reading], of meter: Name) {
        guard let session = read({ $0.sessions.current(of: meter) }) else { return }
        let columns = session.generation.columnCount
        let readings = readings.filter { $0.values.count == columns }
        let isUpToDate = session.withStream { stream in
            // It is restored with these readings.
            guard stream != nil else { return true }
            for reading in readings {
                guard let newest = stream?.newestTime, newest < reading.time, stream?.needsHistory == false
                else {
                    stream = nil
                    return false
                }
                stream?.append(shown: reading.values, at: reading.time)
            }
            if let bytes = stream?.heldBytes { _ = update { $0.sessions.weigh(session, bytes: bytes) } }
            return true
        }
        // Not in order, or learning anew: it is restored from the disk when the meter is next asked for.
        if !isUpToDate { _ = update { $0.sessions.forget(session) } }
    }

    /// Opens the journal if there is one now, or if another file is there, and begins anew with its content.
    private func reopenJournal(_ follower: inout JournalFollower) throws(CatalogError) {
        let generation = generation
        guard let journal = try Journal.reader(path: folder.journalPath) else {
            if let opened = self.journal { try opened.requireOpenedFile() }
            return
        }
        let position = try journal.position()
        var log = LabelLog(generation, journal)
        let cache = EmbeddingCache(of: generation, in: folder, journal, readonly: true)
        let snapshot = try Self.caughtUp(IndexSnapshot(generation, cache), &log, journal)
        let isServed = labelLog.withLock { [log] current in
            // A swap meanwhile has opened another generation with the old journal: the next call tries again.
            guard self.generation === generation else { return false }
            serve(snapshot, from: journal)
            current = log
            return true
        }
        guard isServed else { return }
        follower.position = position
        follower.news = []
        scannedJournal.withLock { $0 = ScannedJournal() }
    }
}
