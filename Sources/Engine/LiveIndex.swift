public import Detection
internal import Readings
public import Storage
internal import Synchronization
internal import VectorIndex
internal import Verdicts
internal import Windows

/// An index that is being asked, told and labelled: a generation, and what has been heard since.
///
/// 1. Queries share the generation, which never changes, and a snapshot of the labels. They take the lock
///    only to copy or advance a meter's stream; looking at the disk, encoding and searching happen outside
///    it.
/// 2. A pushed reading is in the stream at once; when it is in the journal is what ``Durability`` says: the
///    server calls ``flush()`` by the clock, or ``settle()`` before it acknowledges. A label is in the
///    journal before it is acknowledged.
/// 3. A new generation is opened beside the old one and swapped in whole; streams are restored from the
///    catalog and the journal when their meters are next heard of.
///
/// Road not taken: an actor. Every query would wait its turn for what is a few microseconds of work.
public final class LiveIndex: Sendable {
    /// Where the index lies.
    public let folder: IndexFolder
    /// When a pushed reading is safe on the disk.
    public let durability: Durability
    /// How many meters' streams are kept at hand.
    public let liveMeters: Int
    let journal: Journal?
    /// Whether the journal, when it was opened, did not reach as far as the generation had taken it in: it was lost, or
    /// brought back from an older copy, and what it held beyond is gone.
    public let hadLostJournal: Bool
    let isReadonly: Bool
    private let alarmLine: AlarmLine?
    private let state: Mutex<State>
    /// What ``holdings()`` has seen of the journal.
    let heard = Mutex(Heard())
    /// Held by whoever writes to the journal or swaps generations, so that each sees the other's work whole.
    /// Taken before `state`, never after.
    private let writing = Mutex(())

    struct State {
        var generation: Generation
        var labelled: LabelOverlay
        /// The same labels as the second look sees them: those on readings it is due for.
        var secondLookLabels: LabelOverlay
        /// How far the journal's labels are in `labelled`.
        var labelPosition: Int64
        var streams: LiveStreams
        /// Readings that are not in the journal yet, in the order they came.
        var pending: [Reading] = []
        /// Since when the first of them waits.
        var pendingSince: ContinuousClock.Instant?
        /// How many readings have ever left `pending` for the journal.
        var settled = 0
        var counters = LiveCounters()
        /// A generation that could not be opened.
        var refused: Refused?
        var troubles: [Trouble.Kind: String] = [:]
        /// Meters whose history could not be read when it was last looked for; some of them.
        var unreadable: [String: Unreadable] = [:]

        /// So many of them are remembered.
        static let unreadableLimit = 1_000

        struct Unreadable {
            let reason: String
            let since: ContinuousClock.Instant

            /// So long it is told of: whoever watches hears of it, and what is over is not told for ever where nobody asks
            /// about the meter again.
            static let toldFor = Duration.seconds(600)
        }

        /// Of which meters the history cannot be read; nil where there are none.
        var unreadableHistory: String? {
            let told = unreadable.filter { $0.value.since.duration(to: .now) < Unreadable.toldFor }
            guard let (meter, first) = told.min(by: { $0.key < $1.key }) else { return nil }
            let others = told.count > 1 ? " and \(told.count - 1) other meters" : ""
            return "the history of `\(meter)`\(others) cannot be read: \(first.reason)"
        }

        struct Refused {
            let generation: Int
            let reason: IndexError
            /// When to try again: a twentieth of the time is enough for it.
            let restUntil: ContinuousClock.Instant
        }
    }

    /// More readings than this wait for no disk: pushes are refused until it takes them again.
    public static let pendingLimit = 200_000

    /// How many meters' streams are kept at hand unless somebody says otherwise, or their windows would take
    /// more than ``streamBytes``.
    public static let defaultLiveMeters = 20_000
    /// Bytes that streams may take unless somebody says otherwise: a week of readings each minute is 160 KB a
    /// channel.
    static let streamBytes = 1 << 30

    /// Opens the generation being served, with everything heard since it was built.
    ///
    /// - Parameters:
    ///   - folder: the index.
    ///   - readonly: never writes to the journal, and does not make one: for scoring files.
    ///   - alarmLine: where the alarm line is to lie; nil for the usual.
    ///   - durability: when a pushed reading is safe on the disk.
    ///   - liveMeters: how many meters' streams are kept at hand, at least 2; the rest is restored when heard
    ///     of. Nil for ``defaultLiveMeters``, or fewer where they are large.
    ///   - fallsBack: whether, where the generation that should be served is damaged, the latest whole one
    ///     before it is served instead; ``troubles`` says so.
    /// - Throws: ``IndexError``, or ``CatalogError`` from the journal.
    public init(
        _ folder: IndexFolder,
        readonly: Bool = false,
        alarmLine: AlarmLine? = nil,
        durability: Durability = .second,
        liveMeters: Int? = nil,
        fallsBack: Bool = false
    ) throws {
        self.folder = folder
        self.alarmLine = alarmLine
        self.durability = durability
        isReadonly = readonly
        let opened = try OpenedGeneration(folder, alarmLine: alarmLine, fallsBack: fallsBack)
        journal = try readonly ? .reader(path: folder.journalPath) : Journal(path: folder.journalPath)
        let known = opened.generation.manifest.journal
        hadLostJournal = try !(journal?.position() ?? .start).reaches(known)
        if !readonly { try journal?.advance(to: known) }
        let position = try journal?.position().labels ?? 0
        let labelled = try Self.labelled(opened.generation, journal)
        self.liveMeters = liveMeters ?? Self.liveMeters(fitting: opened.generation)
        var state = State(
            generation: opened.generation,
            labelled: labelled.first,
            secondLookLabels: labelled.second,
            labelPosition: position,
            streams: LiveStreams(limit: self.liveMeters)
        )
        state.troubles[.generation] = opened.trouble(in: folder)
        self.state = Mutex(state)
    }

    private static func liveMeters(fitting generation: Generation) -> Int {
        let stream = MeterStream(
            newMeter: "",
            layout: generation.layout,
            second: generation.secondLook?.layout,
            expected: generation.defaultCadence
        )
        // A window slides through twice its length, and a second look has one of its own.
        let windows = generation.secondLook == nil ? 1 : 2
        let values = 2 * windows * stream.length * generation.layout.channelCount
        return min(defaultLiveMeters, max(streamBytes / (values * MemoryLayout<Double>.size), 64))
    }

    /// What is wrong just now, the gravest first; empty when all is well.
    public var troubles: [Trouble] {
        let altered = alteredRows
        return state.withLock { state in
            Trouble.Kind.allCases.compactMap { kind in
                let unread = kind == .reading ? state.unreadableHistory ?? altered : nil
                return (state.troubles[kind] ?? unread).map { Trouble(kind, $0) }
            }
        }
    }

    /// What the journal has passed over; nil where all is well.
    private var alteredRows: String? {
        guard let rows = journal?.alteredRows, let first = rows.first else { return nil }
        return "\(folder.journalPath): \(first)\(rows.count > 1 ? " and \(rows.count - 1) more rows" : "") "
            + "is not as it was written and counts for nothing; `gridkin verify \(folder.name)` lists what is wrong"
    }

    /// How long the oldest reading that is not in the journal yet has waited for it.
    public var journalLag: Duration {
        look { $0.pendingSince }.map { .now - $0 } ?? .zero
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
    ) throws(CatalogError) -> (first: LabelOverlay, second: LabelOverlay) {
        let history = History(generation: generation, journal: journal)
        return try history.labelled(journal?.labels(after: generation.manifest.journal) ?? [])
    }

    /// Takes in labels that another process has written into the journal, such as `gridkin label`.
    public func noticeLabels() throws(CatalogError) {
        guard let journal else { return }
        do throws(CatalogError) {
            try writing.withLock { _ throws(CatalogError) in
                let position = try journal.position().labels
                guard position != state.withLock({ $0.labelPosition }) else { return }
                let labelled = try Self.labelled(generation, journal)
                state.withLock { state in
                    state.adopt(labelled)
                    state.labelPosition = position
                }
            }
            note(.reading, nil)
        } catch {
            note(.reading, "labels of other processes cannot be read: \(error)")
            throw error
        }
    }

    /// Remembers what is wrong, or that it is not any more.
    private func note(_ kind: Trouble.Kind, _ reason: String?) {
        state.withLock { $0.troubles[kind] = reason }
    }

    /// Swaps to the generation that `CURRENT` names, if it is another one. Queries under way finish on the
    /// old one; none is lost.
    ///
    /// - Parameter again: try a generation once more that could not be opened before.
    /// - Returns: whether there was another one.
    /// - Throws: as ``init(_:readonly:alarmLine:durability:liveMeters:fallsBack:)``; the old generation then goes on serving.
    @discardableResult
    public func reload(again: Bool = false) throws -> Bool {
        do {
            let changed = try swap(again: again)
            note(.generation, nil)
            return changed
        } catch {
            note(.generation, "generation \(generation.number) is served, as the newest cannot be: \(error)")
            throw error
        }
    }

    private func swap(again: Bool) throws -> Bool {
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
                (state.labelled, state.secondLookLabels) = labelled
                state.generation = generation
                state.streams = LiveStreams(limit: liveMeters)
                state.unreadable = [:]
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

    /// How many readings were taken in since the index was opened.
    public var readingsTaken: Int { look { $0.settled + $0.pending.count } }

    /// Whether the first readings taken in, so many of them, are in the journal.
    public func hasWritten(_ count: Int) -> Bool { look { $0.settled } >= count }

    /// Returns once the first readings taken in are in the journal. A call that comes while another's write is under
    /// way waits for it, and the next write then takes all that came meanwhile: one sync of the disk for many.
    ///
    /// - Parameter count: how many of them; nil for all that were taken in before this call.
    /// - Throws: ``CatalogError``; the readings keep waiting.
    public func settle(upTo count: Int? = nil) throws(CatalogError) {
        let goal = count ?? readingsTaken
        try writing.withLock { _ throws(CatalogError) in
            guard !hasWritten(goal) else { return }
            _ = try flushWaiting()
        }
    }

    /// Only with `writing` held, or two writers would each strike off what the other has written.
    private func flushWaiting(and labels: [LabelEntry] = []) throws(CatalogError) -> JournalPosition? {
        let began = ContinuousClock.now
        // An empty one is not shared: to append to it in place afterwards is right, and looks to ThreadSanitizer, which
        // does not see Swift count owners, like a race with this look at it.
        let waiting = state.withLock { $0.pending.isEmpty ? [] : $0.pending }
        guard !waiting.isEmpty || !labels.isEmpty else { return nil }
        do throws(CatalogError) {
            let position = try journal?.append(readings: waiting, labels: labels)
            state.withLock { state in
                state.pending.removeFirst(waiting.count)
                state.settled += waiting.count
                state.counters.commits += 1
                state.pendingSince = state.pending.isEmpty ? nil : began
                state.troubles[.writing] = nil
            }
            return position
        } catch {
            note(
                .writing,
                "readings wait in memory and labels are refused, as the journal takes nothing: \(error)"
            )
            throw error
        }
    }

    /// Makes a label durable, with every reading still waiting before it, then lets it count.
    ///
    /// - Returns: whether it counts from now on, or only from the next rebuild on; and how many labels were ever
    ///   given.
    func write(_ label: LabelEntry) throws(CatalogError) -> Labelled {
        try writing.withLock { _ throws(CatalogError) in
            let position = try flushWaiting(and: [label])
            // No swap can come between: it needs `writing` too.
            let generation = generation
            let history = History(generation: generation, journal: journal)
            // The label is on the disk: what goes wrong from here on only delays its effect, until the labels
            // are next read.
            let entry = try? history.entry(for: label)
            let again = try? history.secondEntry(for: label)
            state.withLock { (state: inout State) in
                if let entry { state.labelled.add(entry, in: generation.classifier) }
                if let again, let second = generation.secondLook {
                    state.secondLookLabels.add(again, in: second.classifier)
                }
                // Only when nobody else wrote in between is everything up to here in effect.
                if position?.labels == state.labelPosition + 1 { state.labelPosition += 1 }
            }
            return Labelled(counts: entry != nil, labels: Int(position?.labels ?? 0))
        }
    }

    /// Remembers whether a meter's history could be read.
    func note(historyOf meter: String, unreadable reason: String?) {
        state.withLock { state in
            if state.unreadable.count >= State.unreadableLimit { state.unreadable = [:] }
            state.unreadable[meter] = reason.map { State.Unreadable(reason: $0, since: .now) }
        }
    }

    /// Changes the state; a few microseconds of work, never a look at the disk.
    func withState<Result>(
        _ body: (inout State) throws(RequestError) -> Result
    ) throws(RequestError) -> Result {
        try state.withLock { state throws(RequestError) in try body(&state) }
    }

    /// Takes something out of the state as it is now.
    func look<Result: Sendable>(_ body: (borrowing State) -> Result) -> Result {
        state.withLock { body($0) }
    }
}
