public import Readings
public import Storage
internal import Synchronization
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
        var meters: Set<Name> = []
        var last = Int64.min
    }

    /// What the index holds now. Reads the disk.
    ///
    /// - Throws: ``CatalogError`` where the journal cannot be read.
    public func holdings() throws(CatalogError) -> Holdings {
        let (generation, pending) = read { ($0.snapshot.generation, $0.pending.snapshot) }
        let scanned = try scanJournal(beside: generation)
        var meters = scanned.meters.union(generation.meterNumbers.keys)
        var last = max(Timestamp(generation.manifest.last)?.milliseconds ?? .min, scanned.last)
        for reading in pending.all {
            meters.insert(reading.meter)
            last = max(last, reading.time.milliseconds)
        }
        return Holdings(
            meters: meters.count,
            first: Timestamp(generation.manifest.first),
            last: last == .min ? nil : Timestamp(milliseconds: last)
        )
    }

    /// Reads what came into the journal since the last call, so that frequent calls do not read all of it.
    private func scanJournal(beside generation: Generation) throws(CatalogError) -> ScannedJournal {
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
            scanned.meters.formUnion(try journal.meters(after: scanned.position))
            scanned.last = max(scanned.last, try journal.newestTime(after: scanned.position) ?? .min)
            // Readings that come meanwhile are looked at once more, which does no harm.
            scanned.position = position
            return scanned
        }
    }

    /// Whether the index holds a reading of a meter. May read the disk.
    func knows(_ meter: Name) -> Bool {
        let (generation, isLive, pending) = read {
            ($0.snapshot.generation, $0.sessions.holds(meter), $0.pending.snapshot)
        }
        if isLive || generation.meterNumbers[meter] != nil { return true }
        // Its stream may have been dropped before its readings were written.
        if pending.all.contains(where: { $0.meter == meter }) { return true }
        let pushed = try? journal?.newestTime(meter: meter, after: generation.manifest.journal)
        return pushed.flatMap(\.self) != nil
    }
}
