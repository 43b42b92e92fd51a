public import Readings
internal import Storage
internal import Verdicts
internal import Windows

/// The meters that began to report at another interval, until
/// ``LiveIndex/warningsOfChangedIntervals()`` takes them.
struct ChangedMeters: Sendable {
    private var changes: [(meter: Name, reason: Reason)] = []
    /// Those that were said: one that goes to and fro is said once.
    private var said: Set<Name> = []

    /// So many are remembered until the next look. The replies name the others, too.
    private static let limit = 1_000

    /// Remembers a meter.
    mutating func note(_ meter: Name, now: Int64, known: Int64) {
        guard changes.count < Self.limit, said.insert(meter).inserted else { return }
        changes.append((meter, .changedInterval(now: now, known: known)))
    }

    /// Takes those remembered.
    mutating func take() -> [(meter: Name, reason: Reason)] {
        defer { changes = [] }
        return changes
    }
}

extension LiveIndex {
    /// A warning for each meter that began to report at another interval since the last call.
    public func warningsOfChangedIntervals() -> [String] {
        update { $0.changedMeters.take() }.map { meter, reason in
            "`\(meter)`: \(reason); its readings are put on the grid of the index, and a rebuild learns the new "
                + "interval when most of its readings have it"
        }
    }

    /// A warning of meters whose readings in files come at another interval than in the index; nil if none
    /// do. Those that change within the files are told when these are read.
    public func warningOfOtherIntervals(in histories: [MeterHistory]) -> String? {
        let generation = generation
        guard generation.layout.fillsGaps else { return nil }
        let others = histories.compactMap { history in
            generation.meterNumbers[history.meter].flatMap { generation.profiles[$0]?.cadence.interval }
                .flatMap { known in history.otherInterval(than: known).map { (history.meter, $0, known) } }
        }
        guard let (meter, now, known) = others.first else { return nil }
        let more = others.count > 1 ? ", and \(others.count - 1) more meters do so" : ""
        return "`\(meter)` reports every \(IntervalChange.words(now)) in the files and every "
            + "\(IntervalChange.words(known)) in the index\(more): such readings are put on the index's grid, and raise "
            + "more alarms until an index is built of them"
    }
}

extension MeterHistory {
    /// The usual step, if it differs by half or more from an interval and was the same throughout.
    fileprivate func otherInterval(than known: Int64) -> Int64? {
        guard count > 24, let step = usualStep, IntervalChange.isOther(step, than: known),
            intervalChanges.isEmpty
        else { return nil }
        return step
    }
}
