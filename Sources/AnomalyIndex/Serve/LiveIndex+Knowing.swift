public import Catalog
public import Readings
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

    /// What the index holds now.
    ///
    /// - Throws: ``CatalogError`` where the journal cannot be read.
    public func holdings() throws(CatalogError) -> Holdings {
        let (generation, pending) = look { ($0.generation, $0.pending) }
        let position = generation.manifest.journal
        var meters = Set(generation.meterNumbers.keys)
        meters.formUnion(pending.map(\.meter))
        var last = Timestamp(generation.manifest.last)?.milliseconds ?? .min
        if let journal {
            meters.formUnion(try journal.meters(after: position))
            last = max(last, try journal.newestTime(after: position) ?? .min)
        }
        last = max(last, pending.map(\.time).max() ?? .min)
        return Holdings(
            meters: meters.count,
            first: Timestamp(generation.manifest.first),
            last: last == .min ? nil : Timestamp(milliseconds: last)
        )
    }

    /// How many readings a meter nobody has seen needs before it is judged.
    public var readingsToKnowANewMeter: Int { generation.readingsToKnowANewMeter }

    /// The usual time between two readings, in milliseconds.
    public var usualInterval: Int64 { generation.usualCadence.interval }
}
