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

    /// Whether the index holds a reading of a meter.
    func knows(_ meter: String) -> Bool {
        let (generation, isLive) = look { ($0.generation, $0.streams[meter] != nil) }
        if isLive || generation.meterNumbers[meter] != nil { return true }
        let pushed = try? journal?.newestTime(meter: meter, after: generation.manifest.journal)
        return pushed.flatMap(\.self) != nil
    }

    /// What the journal holds of a generation's future, as far as it was looked at.
    struct Heard: Sendable {
        var generation = 0
        var position = JournalPosition.start
        var meters: Set<String> = []
        var last = Int64.min
    }

    /// What the index holds now.
    ///
    /// - Throws: ``CatalogError`` where the journal cannot be read.
    public func holdings() throws(CatalogError) -> Holdings {
        let (generation, pending) = look { ($0.generation, $0.pending) }
        let heard = try hear(generation)
        let times =
            [Timestamp(generation.manifest.last)?.milliseconds ?? .min, heard.last]
            + pending.map(\.time.milliseconds)
        let last = times.max() ?? .min
        return Holdings(
            meters: heard.meters.union(generation.meterNumbers.keys).union(pending.map(\.meter)).count,
            first: Timestamp(generation.manifest.first),
            last: last == .min ? nil : Timestamp(milliseconds: last)
        )
    }

    /// Looks at what came into the journal since it was looked at last: whoever asks again and again must not have the
    /// whole of it read each time.
    private func hear(_ generation: Generation) throws(CatalogError) -> Heard {
        guard let journal else { return Heard() }
        return try heard.withLock { heard throws(CatalogError) in
            if heard.generation != generation.number {
                heard = Heard(generation: generation.number, position: generation.manifest.journal)
            }
            let position = try journal.position()
            guard position.readings != heard.position.readings else { return heard }
            heard.meters.formUnion(try journal.meters(after: heard.position))
            heard.last = max(heard.last, try journal.newestTime(after: heard.position) ?? .min)
            // Readings that come meanwhile are looked at once more, and that does no harm.
            heard.position = position
            return heard
        }
    }

    /// How many readings a meter nobody has seen needs before it is judged.
    public var readingsToKnowANewMeter: Int { generation.readingsToKnowANewMeter }

    /// The usual time between two readings, in milliseconds.
    public var defaultInterval: Int64 { generation.defaultCadence.interval }
}
