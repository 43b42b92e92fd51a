public import Catalog
internal import Readings
internal import Synchronization
internal import VectorIndex
internal import Windows

/// An index that is being asked, told and labelled: a generation, and what has been heard since.
///
/// 1. Queries share the generation, which never changes, and a snapshot of the labels. They take the lock
///    only to copy or advance a meter's stream; looking at the disk, encoding and searching happen outside it.
/// 2. A pushed reading is in the stream at once and in the journal within a second: the server calls
///    ``flush()`` by the clock. A label is in the journal before it is acknowledged.
/// 3. A new generation is opened beside the old one and swapped in whole; streams are restored from the
///    catalog and the journal when their meters are next heard of.
///
/// Road not taken: an actor. Every query would wait its turn for what is a few microseconds of work.
public final class LiveIndex: Sendable {
    /// Where the index lies.
    public let folder: IndexFolder
    let journal: Journal?
    private let alarmLine: AlarmLine?
    private let state: Mutex<State>
    /// Held by whoever writes to the journal or swaps generations, so that each sees the other's work whole.
    /// Taken before `state`, never after.
    private let writing = Mutex(())

    struct State {
        var generation: Generation
        var labelled: LabelledWindows
        /// How far the journal's labels are in `labelled`.
        var labelPosition: Int64
        var streams: [String: MeterStream] = [:]
        /// Readings that are not in the journal yet, in the order they came.
        var pending: [JournalReading] = []
        var counters = LiveCounters()
        /// A generation that could not be opened.
        var refused: Refused?

        struct Refused {
            let generation: Int
            let reason: IndexError
            /// When to try again: a twentieth of the time is enough for it.
            let restUntil: ContinuousClock.Instant
        }
    }

    /// More readings than this wait for no disk: pushes are refused until it takes them again.
    static let pendingLimit = 200_000

    /// Opens the generation being served, with everything heard since it was built.
    ///
    /// - Parameters:
    ///   - folder: the index.
    ///   - readonly: never writes to the journal, and does not make one: for scoring files.
    ///   - alarmLine: where the alarm line is to lie; nil for the usual.
    /// - Throws: ``IndexError``, or ``CatalogError`` from the journal.
    public init(_ folder: IndexFolder, readonly: Bool = false, alarmLine: AlarmLine? = nil) throws {
        self.folder = folder
        self.alarmLine = alarmLine
        let generation = try Generation(folder.current(), of: folder, alarmLine: alarmLine)
        let exists = folder.hasJournal
        journal = readonly && !exists ? nil : try Journal(path: folder.journalPath)
        let position = try journal?.position().labels ?? 0
        let labelled = try Self.labelled(generation, journal)
        state = Mutex(State(generation: generation, labelled: labelled, labelPosition: position))
    }

    /// The generation that answers now.
    public var generation: Generation { state.withLock { $0.generation } }

    /// How many labels were ever given.
    public var labelsGiven: Int { state.withLock { Int($0.labelPosition) } }

    /// What has been counted since the index was opened.
    public var counters: LiveCounters {
        state.withLock { state in
            var counters = state.counters
            counters.pendingReadings = state.pending.count
            counters.labels = state.labelled.entries.count
            counters.liveMeters = state.streams.count
            return counters
        }
    }

    /// Labels given since the generation was built, as embeddings beside its banks.
    private static func labelled(
        _ generation: Generation,
        _ journal: Journal?
    ) throws(CatalogError) -> LabelledWindows {
        var labelled = LabelledWindows()
        let directory = MeterDirectory(generation: generation, journal: journal)
        for label in try journal?.labels(after: generation.manifest.journal) ?? [] {
            if let entry = try directory.entry(for: label) {
                labelled.add(entry, in: generation.classifier)
            }
        }
        return labelled
    }

    /// Takes in labels that another process has written into the journal, such as `gridkin label`.
    public func noticeLabels() throws(CatalogError) {
        guard let journal else { return }
        try writing.withLock { _ throws(CatalogError) in
            let position = try journal.position().labels
            guard position != state.withLock({ $0.labelPosition }) else { return }
            let labelled = try Self.labelled(generation, journal)
            state.withLock { state in
                state.labelled = labelled
                state.labelPosition = position
            }
        }
    }

    /// Swaps to the generation that `CURRENT` names, if it is another one. Queries under way finish on the
    /// old one; none is lost.
    ///
    /// - Parameter again: try a generation once more that could not be opened before.
    /// - Returns: whether there was another one.
    /// - Throws: as ``init(_:readonly:alarmLine:)``; the old generation then goes on serving.
    @discardableResult
    public func reload(again: Bool = false) throws -> Bool {
        let number = try folder.current()
        guard number != generation.number else { return false }
        // Reading a large generation again twice a second would not make it whole.
        if !again, let refused = look({ $0.refused }), refused.generation == number,
            ContinuousClock.now < refused.restUntil
        {
            throw refused.reason
        }
        let generation = try open(number)
        try writing.withLock { _ in
            // Two may be reloading at once; the slower must not bring back what the other has replaced.
            guard try folder.current() == number else { return }
            _ = try flushWaiting()
            let labelled = try Self.labelled(generation, journal)
            state.withLock { state in
                state.labelled = labelled
                state.generation = generation
                state.streams = [:]
                state.counters.swaps += 1
            }
        }
        return true
    }

    private func open(_ number: Int) throws(IndexError) -> Generation {
        let began = ContinuousClock.now
        do {
            return try Generation(number, of: folder, alarmLine: alarmLine)
        } catch {
            let now = ContinuousClock.now
            let refused = State.Refused(
                generation: number,
                reason: error,
                restUntil: now + began.duration(to: now) * 20
            )
            state.withLock { $0.refused = refused }
            throw error
        }
    }

    /// Writes pushed readings that are still waiting into the journal.
    ///
    /// - Throws: ``CatalogError``; the readings keep waiting.
    public func flush() throws(CatalogError) {
        try writing.withLock { _ throws(CatalogError) in _ = try flushWaiting() }
    }

    /// Only with `writing` held, or two writers would each strike off what the other has written.
    private func flushWaiting(and labels: [JournalLabel] = []) throws(CatalogError) -> JournalPosition? {
        let waiting = state.withLock { $0.pending }
        guard !waiting.isEmpty || !labels.isEmpty else { return nil }
        let position = try journal?.append(readings: waiting, labels: labels)
        state.withLock { $0.pending.removeFirst(waiting.count) }
        return position
    }

    /// Makes a label durable, with every reading still waiting before it, then lets it count.
    ///
    /// - Returns: whether it counts from now on, or only from the next rebuild on; and how many labels were ever
    ///   given.
    func write(_ label: JournalLabel) throws(CatalogError) -> Labelled {
        try writing.withLock { _ throws(CatalogError) in
            let position = try flushWaiting(and: [label])
            // No swap can come between: it needs `writing` too.
            let generation = generation
            let directory = MeterDirectory(generation: generation, journal: journal)
            // The label is on the disk: what goes wrong from here on only delays its effect, until the labels
            // are next read.
            let entry = try? directory.entry(for: label)
            state.withLock { (state: inout State) in
                if let entry { state.labelled.add(entry, in: generation.classifier) }
                // Only when nobody else wrote in between is everything up to here in effect.
                if position?.labels == state.labelPosition + 1 { state.labelPosition += 1 }
            }
            return Labelled(counts: entry != nil, labels: Int(position?.labels ?? 0))
        }
    }

    /// Changes the state; a few microseconds of work, never a look at the disk.
    func withState<Result>(_ body: (inout State) throws(QueryError) -> Result) throws(QueryError) -> Result {
        try state.withLock { state throws(QueryError) in try body(&state) }
    }

    /// Takes something out of the state as it is now.
    func look<Result: Sendable>(_ body: (borrowing State) -> Result) -> Result {
        state.withLock { body($0) }
    }
}
