public import Readings
internal import Storage
public import Verdicts

/// Judgements that are not in the journal yet, in the order they were made.
///
/// The journal takes them with the readings that wait beside them. As many readings may wait as
/// ``LiveIndex/pendingLimit`` says, and so no more judgements do than these make.
struct UnwrittenJudgements: Sendable {
    private(set) var all: [KeptJudgement] = []

    mutating func append(_ judgement: Judgement) { all += judgement.kept }

    /// Takes all of them out, to be written.
    mutating func take() -> [KeptJudgement] {
        defer { all = [] }
        return all
    }

    /// Puts those back that could not be written.
    mutating func putBack(_ judgements: [KeptJudgement]) { all = judgements + all }
}

extension LiveIndex {
    /// What was said of the readings of a meter that were pushed, in the order of their times, the first look
    /// before the second. Reads the disk.
    ///
    /// - Parameters:
    ///   - from: only readings at or after this.
    ///   - before: only readings earlier than this.
    ///   - limit: of how many readings at most.
    /// - Throws: ``RequestError`` with `unknownMeter` or `unavailable`.
    public func judgements(
        of meter: Name,
        from: Timestamp,
        before: Timestamp,
        limit: Int
    ) throws(RequestError) -> [KeptJudgement] {
        // Taken before the journal is read: what is written meanwhile is seen twice and not missed.
        let unwritten = read { $0.beingWritten + $0.judgements.all }.filter {
            $0.meter == meter && $0.time >= from && $0.time < before
        }
        let written = try readHistory(of: meter) { () throws(CatalogError) in
            try journal?.judgements(of: meter, from: from, before: before, limit: limit) ?? []
        }
        let known = Set(written.map(\.key))
        let all = (written + unwritten.filter { !known.contains($0.key) })
            .sorted { $0.key < $1.key }
        if all.isEmpty, try !knows(meter) {
            throw RequestError(
                .unknownMeter,
                "the index `\(folder.name)` has no reading of a meter `\(meter)`"
            )
        }
        var times = 0
        return Array(
            all.enumerated().prefix { index, judgement in
                if index == 0 || all[index - 1].time != judgement.time { times += 1 }
                return times <= limit
            }.map(\.element)
        )
    }
}

extension KeptJudgement {
    /// Its place among those of a meter.
    fileprivate var key: Key { Key(time: time.milliseconds, look: look.rawValue) }

    fileprivate struct Key: Hashable, Comparable {
        let time: Int64
        let look: Int

        static func < (left: Key, right: Key) -> Bool { (left.time, left.look) < (right.time, right.look) }
    }
}
