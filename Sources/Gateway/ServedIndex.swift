internal import Engine
public import Readings
internal import Storage
public import Verdicts

/// An index that a gateway serves.
public struct ServedIndex: Sendable {
    /// The index's name.
    public let name: String
    let live: LiveIndex
    let disk: DiskThreads

    init(_ live: LiveIndex) {
        self.live = live
        name = live.folder.name.text
        disk = DiskThreads(name)
    }

    /// How many readings may wait for the journal; one more push is refused.
    public static let pendingLimit = LiveIndex.pendingLimit

    /// The number of the generation that answers now.
    public var generation: Int { live.generation.number }

    /// The clocks of times without an offset.
    public var clocks: MeterClocks { live.generation.clocks }

    /// The states among the values of readings.
    public var states: States { live.generation.states }

    /// When a pushed reading is safe on the disk: `always`, `1s` or `none`.
    public var durability: String { live.durability.rawValue }

    /// How many meters' streams are kept in memory.
    public var liveMeters: Int { live.liveMeters }

    /// How many bytes these streams may take.
    public var liveBytes: Int { live.liveBytes }

    /// The problems that the index has now, the gravest first; empty when all is well.
    public var issues: [HealthIssue] { live.issues }

    /// A ticket for every reading that the index holds now; nil if the index does not promise that a reading
    /// is on the disk when it is acknowledged.
    public func ticket() -> DurabilityTicket? { live.durability == .always ? DurabilityTicket(self) : nil }

    /// The counters of the index since it was opened, and its present state.
    public struct State: Sendable {
        /// The index's name.
        public let name: String
        /// The number of the generation that answers.
        public let generation: Int
        /// Generations swapped in since the index was opened.
        public let swaps: Int
        /// Readings taken in since then.
        public let pushes: Int
        /// Those of them that came after later ones of their meters.
        public let latePushes: Int
        /// Readings that are set aside, as their meter's clock was ahead.
        public let setAside: Int
        /// What was said of them, at the first look.
        public let verdicts: VerdictCounts
        /// Incidents that are open; 0 in a server that only reads.
        public let openIncidents: Int
        /// Writes to the journal since then, each of them one sync of the disk.
        public let commits: Int
        /// Readings that are not in the journal yet.
        public let pendingReadings: Int
        /// Meters whose streams are in memory.
        public let liveMeters: Int
        /// Bytes that these streams take.
        public let liveBytes: Int
        /// How many labels were ever given.
        public let labelsGiven: Int
        /// How long the oldest reading that is not in the journal has waited.
        public let journalLag: Duration
        /// How long ago a read-only index last had all that other processes wrote; nil for another one.
        public let behind: Duration?
        /// The problems that it has now; empty when all is well.
        public let issues: [HealthIssue]
    }

    /// The state now.
    public var state: State {
        let counters = live.counters
        return State(
            name: name,
            generation: generation,
            swaps: counters.swaps,
            pushes: counters.pushes,
            latePushes: counters.latePushes,
            setAside: counters.setAside,
            verdicts: counters.verdicts,
            openIncidents: counters.openIncidents,
            commits: counters.commits,
            pendingReadings: counters.pendingReadings,
            liveMeters: counters.liveMeters,
            liveBytes: counters.liveBytes,
            labelsGiven: live.labelsGiven,
            journalLag: live.journalLag,
            behind: live.followingLag,
            issues: issues
        )
    }

    func description() throws(RequestError) -> IndexDescription {
        let manifest = live.generation.manifest
        let held: LiveIndex.Holdings
        do { held = try live.holdings() } catch {
            throw RequestError(.unavailable, "the journal cannot be read now: \(error)")
        }
        return IndexDescription(
            name: name,
            generation: manifest.generation,
            encoder: .init(name: manifest.encoder, dimension: manifest.dimension),
            streams: .init(
                channels: live.generation.columns,
                registers: manifest.registers ?? [],
                states: live.generation.states.all,
                interval: Int(live.defaultInterval / 1_000),
                warmUp: live.readingsToKnowANewMeter,
                secondLook: manifest.secondLook.map { Int($0.following / 1_000) },
                timezone: manifest.timezone,
                zones: manifest.zones?.keys.sorted() ?? []
            ),
            banks: .init(normal: manifest.normal.rows, anomalous: manifest.anomalous.rows),
            holdings: .init(meters: held.meters, labels: live.labelsGiven, from: held.first, until: held.last)
        )
    }
}

/// The version that `INFO`, `/metrics` and `--version` show.
public let gridkinVersion = "0.1.0"
