internal import Readings

/// Makes moments of the stamps of a file, whose rows come in the order of time or against it.
struct FileMoments {
    private let clock: LocalClock
    private let isDescending: Bool
    /// The latest moment of each series that was told from two.
    private var last: [Int: Timestamp] = [:]

    /// - Parameters:
    ///   - clock: of the stamps without an offset.
    ///   - isDescending: whether the newest rows come first.
    init(_ clock: LocalClock, isDescending: Bool) {
        self.clock = clock
        self.isDescending = isDescending
    }

    /// Whether the moment of a stamp does not depend on the rows before it.
    var isPlain: Bool { clock == .utc }

    /// The moment of a stamp.
    ///
    /// - Parameter series: the meter, or the meter and the channel, whose rows follow each other.
    /// - Returns: nil for a time that the clock skipped.
    mutating func moment(_ stamp: WrittenStamp, series: Int) -> Timestamp? {
        guard !isPlain else { return stamp.utc }
        if case .absolute(let time) = stamp { return time }
        let found: Timestamp
        switch clock.moments(of: stamp) {
        case .none: return nil
        case .one(let time): found = time
        case .two(let first, let second):
            let (next, later) = isDescending ? (second, first) : (first, second)
            let isPassed = last[series].map { isDescending ? $0 <= next : $0 >= next } ?? false
            found = isPassed ? later : next
        }
        last[series] = found
        return found
    }

    /// Whether a moment is on the local day that begins at a local midnight.
    func isOn(_ midnight: Int64, _ time: Timestamp) -> Bool {
        let local = clock.local(time)
        return local >= midnight && local < midnight + CivilDate.millisecondsPerDay
    }
}
