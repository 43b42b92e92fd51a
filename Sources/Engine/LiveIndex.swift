public import Detection
internal import Readings
public import Storage
internal import Synchronization
public import Verdicts
internal import Windows

/// An index that is asked, pushed to and labelled: a generation, and what came since it was built.
///
/// 1. A query uses an immutable ``IndexSnapshot`` to its end. The lock of the state is held for microseconds,
///    to look something up or to replace something; reading the disk, computing features, encoding and
///    searching happen outside it.
/// 2. Each meter's stream has a lock of its own (``MeterSession``). A push waits for other pushes of its
///    meter, and for no other meter's.
/// 3. A pushed reading is in the stream at once; when it is in the journal is what ``Durability`` says: the
///    server calls ``flush()`` by the clock, or ``awaitDurable(upTo:)`` before it acknowledges. A label is in
///    the journal before it is acknowledged, and counts from then on (``LabelLog``).
/// 4. A new generation is opened beside the old one and swapped in whole. That drops the sessions; streams
///    are restored from the catalog and the journal when their meters are next active.
///
/// Locks are taken in this order and no other: `following`, `labelLog`, `writing`, a session's, `state`.
///
/// Not taken: an actor. Every query would wait for all queries before it, for a few microseconds of work.
public final class LiveIndex: Sendable {
    /// The folder of the index.
    public let folder: IndexFolder
    /// When a pushed reading is safe on the disk.
    public let durability: Durability
    /// How many meters' streams are kept in memory, and how many bytes they may take.
    let room: StreamCache.Room
    /// Whether the journal, when it was opened, ended before what the generation was built from: it was lost,
    /// or replaced by an older copy, and what came after that is gone.
    public let hadLostJournal: Bool
    /// How much earlier than its meter's newest reading a reading may be, in milliseconds.
    public let lateLimit: Int64
    let isReadonly: Bool
    /// The lock that lets this process alone write; nil if none is needed.
    let lock: IndexLock?
    let alarmLine: AlarmLineSetting?
    private let state: Mutex<State>
    /// The part of the journal that ``holdings()`` has read.
    let scannedJournal = Mutex(ScannedJournal())
    /// The labels' only writer. Held while labels are read and put into effect, and not while they are
    /// embedded.
    let labelLog: Mutex<LabelLog>
    /// The progress of a read-only index through the journal that another process writes.
    let following: Mutex<JournalFollower>
    /// The watch over silent meters; nil before the first write to the journal. Held inside `writing`.
    let silence = Mutex<WatchedSilence?>(nil)
    /// The streams that the last late readings were judged in.
    let lateStreams = Mutex(LateStreams())
    /// Held while the journal is written, so that each batch is written and removed once.
    let writing = Mutex(TransactionSize())

    struct State {
        /// The journal; nil if it is only read, and there is none yet.
        var journal: Journal?
        var snapshot: IndexSnapshot
        var sessions: StreamCache
        var pending = PendingReadings()
        var judgements = UnwrittenJudgements()
        /// The readings that were taken in and are not judged yet.
        var beingJudged: Set<ReadingKey>
        /// Those of them that were in the journal when the index was opened, the newest first.
        var unjudgedAtOpening: [Reading]
        /// The windows that are to be judged again.
        var changedWindows: ChangedWindows
        var newMeters = NewMeters()
        var changedMeters = ChangedMeters()
        /// The meters whose clocks were ahead, and are right again.
        var returnedMeters: [Name] = []
        /// How many readings are set aside, as their meter's clock was ahead.
        var setAside = 0
        /// How many labels were ever given, as far as they were read.
        var labelsGiven: Int64
        /// What may be kept on the disk with the next write to the journal.
        var unsaved: [UnsavedEmbeddings] = []
        /// Readings taken in, generations swapped in, writes to the journal.
        var pushes = 0
        /// Those of them that came after later ones of their meters.
        var latePushes = 0
        var verdicts = VerdictCounts()
        var swaps = 0
        var commits = 0
        /// A generation that could not be opened.
        var refused: RefusedGeneration?
        var health: IndexHealth
        /// Why the serving lock is another process's now; nil if it is not.
        var lostLock: String?
        /// When a read-only index last had all that was in the journal; nil before it was asked to follow.
        var followed: ContinuousClock.Instant?
    }

    /// When this many readings wait for the journal, further pushes are refused until it takes them again.
    public static let pendingLimit = 200_000

    /// How many meters' streams are kept in memory by default, as far as there is room for them.
    public static let defaultLiveMeters = 20_000
    /// How many bytes streams may take by default: a week of readings each minute is 160 KB a channel.
    public static let defaultLiveBytes = 1 << 30

    /// How much earlier than its meter's newest reading a reading may be where readings are pushed, unless
    /// that is set, in milliseconds: a weekend's outage of a logger, and no more.
    public static let defaultLateLimit: Int64 = 48 * 3_600_000

    /// Opens the generation being served, with everything that came since it was built.
    ///
    /// - Parameters:
    ///   - folder: the index.
    ///   - readonly: never writes to the journal, and does not make one: for scoring files.
    ///   - alarmLine: where the alarm line lies; nil for where the index was built to have it.
    ///   - durability: when a pushed reading is safe on the disk.
    ///   - lateLimit: how much earlier than its meter's newest reading a reading may be, in milliseconds; 0
    ///     for readings in time order alone.
    ///   - liveMeters: how many meters' streams are kept in memory, at least 2; other streams are restored
    ///     when their meter is active.
    ///   - liveBytes: how many bytes these streams may take.
    ///   - lock: lets this process alone write, for an index that is served for long.
    ///   - fallsBack: whether, where the generation that should be served is damaged, the latest whole one
    ///     before it is served instead; ``issues`` then says so.
    /// - Throws: ``IndexError``, or ``CatalogError`` from the journal.
    public init(
        _ folder: IndexFolder,
        readonly: Bool = false,
        alarmLine: AlarmLineSetting? = nil,
        durability: Durability = .second,
        lateLimit: Int64 = 0,
        liveMeters: Int = defaultLiveMeters,
        liveBytes: Int = defaultLiveBytes,
        lock: IndexLock? = nil,
        fallsBack: Bool = false
    ) throws {
        self.folder = folder
        self.alarmLine = alarmLine
        self.durability = durability
        self.lateLimit = lateLimit
        isReadonly = readonly
        self.lock = lock
        room = StreamCache.Room(meters: liveMeters, bytes: liveBytes)
        let opened = try OpenedGeneration(folder, alarmLine: alarmLine, fallsBack: fallsBack)
        let journal: Journal? =
            try readonly ? .reader(path: folder.journalPath) : Journal(path: folder.journalPath)
        let known = opened.generation.manifest.journal
        hadLostJournal = try !(journal?.position() ?? .start).reaches(known)
        if !readonly { try journal?.advance(to: known) }
        following = Mutex(JournalFollower(position: try journal?.position() ?? .start))
        var log = LabelLog(opened.generation, journal)
        let cache = journal.map {
            EmbeddingCache(of: opened.generation, in: folder, $0, readonly: readonly)
        }
        let snapshot = try Self.caughtUp(IndexSnapshot(opened.generation, cache), &log, journal)
        var health = IndexHealth()
        health.note(.generation, opened.issue(in: folder))
        labelLog = Mutex(log)
        // A damaged journal must not keep the index from answering; `verify` names its rows.
        let unjudged = readonly ? [] : (try? journal?.unjudged()) ?? []
        let changed = readonly ? [] : (try? journal?.changedSpans()) ?? []
        state = Mutex(
            State(
                journal: journal,
                snapshot: snapshot,
                sessions: StreamCache(room),
                beingJudged: Set(unjudged.map { ReadingKey($0.meter, $0.time) }),
                unjudgedAtOpening: unjudged.reversed(),
                changedWindows: ChangedWindows(changed),
                setAside: (try? journal?.setAsideCount()) ?? 0,
                labelsGiven: log.position,
                health: health
            )
        )
    }

    /// Changes the state; a few microseconds of work, and never a look at the disk.
    func update<Result: Sendable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock { state throws(Failure) in try body(&state) }
    }

    /// Takes something out of the state as it is now.
    func read<Result: Sendable>(_ body: (borrowing State) -> Result) -> Result {
        state.withLock { body($0) }
    }
}

extension LiveIndex {
    /// The counters of an index since it was opened.
    public struct Counters: Equatable, Sendable {
        /// Readings taken in.
        public let pushes: Int
        /// Those of them that came after later ones of their meters.
        public let latePushes: Int
        /// Readings that are set aside, as their meter's clock was ahead.
        public let setAside: Int
        /// What was said of them, at the first look.
        public let verdicts: VerdictCounts
        /// Incidents that are open.
        public let openIncidents: Int
        /// Labels that count beside the banks.
        public let labels: Int
        /// Generations swapped in.
        public let swaps: Int
        /// Writes to the journal, each of them one sync of the disk.
        public let commits: Int
        /// Readings not in the journal yet.
        public let pendingReadings: Int
        /// Meters whose streams are in memory.
        public let liveMeters: Int
        /// Bytes that these streams take.
        public let liveBytes: Int
    }

    /// The counters since the index was opened.
    public var counters: Counters {
        read { state in
            Counters(
                pushes: state.pushes,
                latePushes: state.latePushes,
                setAside: state.setAside,
                verdicts: state.verdicts,
                openIncidents: state.journal?.openIncidents ?? 0,
                labels: state.snapshot.labels.count,
                swaps: state.swaps,
                commits: state.commits,
                pendingReadings: state.pending.count,
                liveMeters: state.sessions.count,
                liveBytes: state.sessions.bytes
            )
        }
    }

    /// How many meters' streams are kept in memory at most.
    public var liveMeters: Int { room.meters }

    /// How many bytes the streams in memory may take.
    public var liveBytes: Int { room.bytes }

    /// The journal; nil if it is only read, and there is none yet.
    var journal: Journal? { read { $0.journal } }

    /// The snapshot that answers now.
    package var snapshot: IndexSnapshot { read { $0.snapshot } }

    /// The generation that answers now.
    public var generation: Generation { snapshot.generation }

    /// How many labels were ever given.
    public var labelsGiven: Int { read { Int($0.labelsGiven) } }

    /// How many of the labels in effect count for the second look too.
    package var secondLookLabels: Int { snapshot.secondLookLabels.count }

    /// How many readings a new meter needs before it is judged.
    public var readingsToKnowANewMeter: Int { generation.readingsToKnowANewMeter }

    /// The typical time between two readings, in milliseconds.
    public var defaultInterval: Int64 { generation.defaultCadence.interval }
}
