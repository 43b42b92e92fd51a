public import Readings
internal import Storage
public import Verdicts

/// Judgements that are not in the journal yet, in the order they were made.
///
/// The journal takes them with the readings that wait beside them. As many readings may wait as
/// ``LiveIndex/pendingLimit`` says, and so no more judgements do than these make.
struct UnwrittenJudgements: Sendable {
    /// Those that are being written.
    private var leaving: [KeptJudgement] = []
    /// Those that came since. Apart, so that the next one copies none that the writer shares.
    private var waiting: [KeptJudgement] = []

    /// All of them.
    var all: [KeptJudgement] { leaving + waiting }

    mutating func append(_ judgements: [KeptJudgement]) { waiting += judgements }

    /// Begins to write all of them.
    mutating func take() -> [KeptJudgement] {
        leaving += waiting
        waiting = []
        return leaving
    }

    /// Removes those that are in the journal.
    mutating func confirm() { leaving = [] }
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
        let unwritten = read { $0.judgements.all }.filter {
            $0.meter == meter && $0.time >= from && $0.time < before
        }
        let written = try readHistory(of: meter) { () throws(CatalogError) in
            try journal?.judgements(of: meter, from: from, before: before, limit: limit) ?? []
        }
        // Of readings that were not pushed, a second look is not kept.
        let pushed = Set((written + unwritten.filter { $0.look == .first }).map(\.time))
        let all = Dictionary(
            (written + unwritten.filter { pushed.contains($0.time) }).map { ($0.key, $0) },
            uniquingKeysWith: { $1 }
        ).values.sorted { $0.key < $1.key }
        if all.isEmpty, try !knows(meter) { throw unknown(meter) }
        return all.byReading.prefix(limit).flatMap(\.self)
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
