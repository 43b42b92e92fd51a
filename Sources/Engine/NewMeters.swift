internal import Readings
public import Storage

/// The meters that became known with a push, until ``LiveIndex/warningOfNewMeters()`` looks at their names.
struct NewMeters: Sendable {
    private var names: [Name] = []

    /// So many are remembered until the next look; those beyond are not looked at.
    private static let limit = 1_000

    /// Remembers a meter, if its name can be taken for another one.
    mutating func note(_ meter: Name) {
        if meter.mayHaveLookalikes, names.count < Self.limit { names.append(meter) }
    }

    /// Takes those remembered.
    mutating func take() -> [Name] {
        defer { names = [] }
        return names
    }
}

extension LiveIndex {
    /// A warning about the meters that were new since the last call and whose names look like those of
    /// others; nil if there are none. May read the disk.
    ///
    /// - Throws: ``CatalogError`` where the journal cannot be read; the next call looks at them again.
    public func warningOfNewMeters() throws(CatalogError) -> String? {
        let (new, generation, pending) = update { state in
            (state.newMeters.take(), state.snapshot.generation, state.pending.snapshot)
        }
        guard !new.isEmpty else { return nil }
        var known = Set(generation.meterNumbers.keys)
        do throws(CatalogError) {
            known.formUnion(try scanJournal(beside: generation).spellings)
        } catch {
            update { state in
                for meter in new { state.newMeters.note(meter) }
            }
            throw error
        }
        for reading in pending.all { known.insert(reading.meter) }
        return known.union(new).lookalikes(of: new).warning(ofLookalike: "meters")
    }
}
