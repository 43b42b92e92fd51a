public import Readings
public import Storage
internal import Synchronization
internal import Verdicts
internal import Windows

extension LiveIndex {
    /// What an index holds now: the generation's readings and those pushed since.
    public struct Holdings: Equatable, Sendable {
        /// How many meters it has readings of.
        public let meters: Int
        /// The earliest reading.
        public let first: Timestamp?
        /// The latest reading.
        public let last: Timestamp?
    }

    /// The content of the journal beside a generation, as far as it was read.
    struct ScannedJournal: Sendable {
        var generation = 0
        var position = JournalPosition.start
        /// How many meters it has that the generation has not. Only counted: clients name as many as they
        /// like.
        var newMeters = 0
        /// Those of them whose names may look like others', at most `spellingLimit`.
        var spellings: Set<Name> = []
        var times: ClosedRange<Int64>?

        /// So many names are compared with those that come later: a megabyte or two.
        private static let spellingLimit = 10_000

        /// Takes in meters that neither the generation has nor the journal before.
        mutating func note(_ new: [Name]) {
            newMeters += new.count
            for meter in new where meter.mayHaveLookalikes && spellings.count < Self.spellingLimit {
                spellings.insert(meter)
            }
        }
    }

    /// What the index holds now. Reads the disk.
    ///
    /// - Throws: ``CatalogError`` where the journal cannot be read.
    public func holdings() throws(CatalogError) -> Holdings {
        let (generation, pending) = read { ($0.snapshot.generation, $0.pending.snapshot) }
        let scanned = try scanJournal(beside: generation)
        var times = [generation.manifest.first, generation.manifest.last].compactMap { Timestamp($0) }
        if let pushed = scanned.times {
            times += [pushed.lowerBound, pushed.upperBound].map { Timestamp(milliseconds: $0) }
        }
        times += pending.all.lazy.map(\.time)
        let waiting = Set(pending.all.lazy.map(\.meter)).filter { generation.meterNumbers[$0] == nil }
        let unwritten = try journal?.withoutReadings(
            waiting,
            channels: generation.columnCount,
            after: generation.manifest.journal,
            through: scanned.position
        )
        let meters = generation.meterNumbers.count + scanned.newMeters + (unwritten ?? Array(waiting)).count
        return Holdings(meters: meters, first: times.min(), last: times.max())
    }

    /// Reads what came into the journal since the last call, so that ``holdings()`` need not.
    ///
    /// - Throws: ``CatalogError`` where the journal cannot be read.
    public func prepareHoldings() throws(CatalogError) { _ = try scanJournal(beside: generation) }

    /// Reads what came into the journal since the last call, so that frequent calls do not read all of it.
    func scanJournal(beside generation: Generation) throws(CatalogError) -> ScannedJournal {
        guard let journal else { return ScannedJournal() }
        return try scannedJournal.withLock { scanned throws(CatalogError) in
            if scanned.generation != generation.number {
                scanned = ScannedJournal(
                    generation: generation.number,
                    position: generation.manifest.journal
                )
            }
            let position = try journal.position()
            guard position.readings != scanned.position.readings else { return scanned }
            let channels = generation.columnCount
            let pushed = try journal.meters(channels: channels, after: scanned.position, through: position) {
                generation.meterNumbers[$0] != nil
            }
            let first = try journal.withoutReadings(
                pushed,
                channels: channels,
                after: generation.manifest.journal,
                through: scanned.position
            )
            scanned.note(first)
            if let new = try journal.times(channels: channels, after: scanned.position, through: position) {
                let old = scanned.times ?? new
                scanned.times =
                    min(old.lowerBound, new.lowerBound)...max(old.upperBound, new.upperBound)
            }
            scanned.position = position
            return scanned
        }
    }

    /// Whether the index holds a reading of a meter, as a question about it would find. May read the disk.
    ///
    /// - Throws: ``RequestError`` with `unavailable`.
    func knows(_ meter: Name) throws(RequestError) -> Bool {
        let (generation, pending) = read { ($0.snapshot.generation, $0.pending.snapshot) }
        let history = History(generation: generation, journal: journal)
        let waiting = pending.readings(of: meter)
        return try readHistory(of: meter) { () throws(CatalogError) in
            try history.newestTime(of: meter, pending: waiting) != nil
        }
    }
}
