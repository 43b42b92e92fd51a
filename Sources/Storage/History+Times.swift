package import Readings
internal import Windows

extension History {
    /// The times of a meter's readings between two times, both included, in order, each once.
    ///
    /// - Parameters:
    ///   - pending: the readings that are not in the journal yet, of any meters.
    ///   - limit: how many at most: the earliest ones.
    package func times(
        of meter: Name,
        in times: ClosedRange<Timestamp>,
        pending: [Reading],
        limit: Int
    ) throws(CatalogError) -> [Timestamp] {
        var found: Set<Timestamp> = []
        if let number = generation.meterNumbers[meter] {
            found.formUnion(try generation.catalog.times(meter: number, in: times, limit: limit))
        }
        if let journal {
            let pushed = try journal.times(
                of: meter,
                channels: generation.columnCount,
                in: times,
                after: generation.manifest.journal,
                limit: limit
            )
            found.formUnion(pushed)
        }
        for reading in pending
        where reading.meter == meter && times.contains(reading.time)
            && reading.values.count == generation.columnCount
        {
            found.insert(reading.time)
        }
        return Array(found.sorted().prefix(limit))
    }
}
