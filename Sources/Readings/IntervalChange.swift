/// A meter's change from one sampling interval to another.
public struct IntervalChange: Equatable, Sendable {
    /// The first reading at the new interval.
    public let time: Timestamp
    /// The interval before, in milliseconds.
    public let before: Int64
    /// The interval from then on, in milliseconds.
    public let after: Int64

    /// Whether a step is of another interval: they differ by half or more.
    package static func isOther(_ step: Int64, than interval: Int64) -> Bool {
        step * 3 <= interval * 2 || step * 2 >= interval * 3
    }

    /// An interval in words, such as `15 minutes`; `hour` for one of a unit.
    public static func words(_ interval: Int64) -> String {
        let units: [(name: String, length: Int64)] = [
            ("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000),
            ("millisecond", 1),
        ]
        guard let unit = units.first(where: { interval.isMultiple(of: $0.length) }) else { return "" }
        let count = interval / unit.length
        return count == 1 ? unit.name : "\(count) \(unit.name)s"
    }
}

extension MeterHistory {
    /// So many steps in a row of one length are an interval.
    private static let fewestSteps = 24

    /// Where the meter began to report at another interval and kept to it, the earliest first.
    ///
    /// A step that differs by at most a tenth is the same, and intervals differ by half or more: a clock that
    /// is a little slow is no change.
    public var intervalChanges: [IntervalChange] {
        var changes: [IntervalChange] = []
        var interval: Int64?
        var run: (step: Int64, count: Int) = (0, 0)
        for index in times.indices.dropFirst() {
            let step = times[index].milliseconds - times[index - 1].milliseconds
            run = abs(step - run.step) * 10 <= run.step ? (run.step, run.count + 1) : (step, 1)
            guard run.count == Self.fewestSteps else { continue }
            let isOther = interval.map { IntervalChange.isOther(run.step, than: $0) } ?? false
            if let before = interval, isOther {
                let first = times[index - Self.fewestSteps + 1]
                changes.append(IntervalChange(time: first, before: before, after: run.step))
            }
            if interval == nil || isOther { interval = run.step }
        }
        return changes
    }
}

extension [MeterHistory] {
    /// A sentence about the meters that changed their intervals; nil if none did.
    ///
    /// The first three are named.
    package var noteOfIntervalChanges: String? {
        let changed = compactMap { history in history.intervalChanges.last.map { (history.meter, $0) } }
        guard !changed.isEmpty else { return nil }
        let named = changed.prefix(3).map { meter, change in
            "`\(meter)` every \(IntervalChange.words(change.after)) from \(change.time) on, "
                + "every \(IntervalChange.words(change.before)) before"
        }
        let others = changed.count > named.count ? "; and \(changed.count - named.count) more" : ""
        let verb = changed.count == 1 ? "meter reports" : "meters report"
        return "\(changed.count) \(verb) at another interval than before "
            + "(\(named.joined(separator: "; "))\(others)): a meter's grid has the interval of most "
            + "of its readings, and the others are put on it"
    }
}
