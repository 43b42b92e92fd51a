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
        /// Those of them whose names may look like others', at most ``spellingLimit``.
        var spellings: Set<Name> = []
        var times: ClosedRange<Int64>?

        /// So many names are compared with those that come later: a megabyte or two.
        static let spellingLimit = 10_000
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
        let unwritten = try unwrittenMeters(pending.all.map(\.meter), beside: scanned, generation)
        let meters = generation.meterNumbers.count + scanned.newMeters + unwritten
        return Holdings(meters: meters, first: times.min(), last: times.max())
    }

    /// How many meters have readings that wait for the journal, and none that are on the disk.
    private func unwrittenMeters(
        _ waiting: [Name],
        beside scanned: ScannedJournal,
        _ generation: Generation
    ) throws(CatalogError) -> Int {
        var count = 0
        for meter in Set(waiting) where generation.meterNumbers[meter] == nil {
            let isWritten = try journal?.hasReadings(
                of: meter,
                channels: generation.layout.channelCount,
                after: generation.manifest.journal,
                through: scanned.position
            )
            if isWritten != true { count += 1 }
        }
        return count
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
            let channels = generation.layout.channelCount
            let pushed = try journal.meters(
                channels: channels,
                newSince: scanned.position,
                through: position,
                after: generation.manifest.journal
            )
            for meter in pushed where generation.meterNumbers[meter] == nil {
                scanned.newMeters += 1
                if meter.mayHaveLookalikes, scanned.spellings.count < ScannedJournal.spellingLimit {
                    scanned.spellings.insert(meter)
                }
            }
            if let new = try journal.times(channels: channels, after: scanned.position) {
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
