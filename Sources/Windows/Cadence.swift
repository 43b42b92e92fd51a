public import Readings
internal import Statistics

/// How often a meter reports: its sampling interval, and the offset of its readings within the interval.
///
/// The cadence defines a regular grid of slots. On the grid, "an hour ago" and "the same hour last week" are
/// positions in an array, and an absent reading is a slot without a value.
public struct Cadence: Codable, Hashable, Sendable {
    /// Milliseconds from one reading to the next, at least 1.
    public let interval: Int64
    /// The offset of the readings within the interval, in milliseconds: 0 ..< interval.
    public let phase: Int64

    private static let day = CivilDate.millisecondsPerDay

    /// A cadence with an interval and an offset in milliseconds.
    ///
    /// - Precondition: `interval` is at least 1.
    public init(interval: Int64, phase: Int64 = 0) {
        precondition(interval > 0, "an interval must be at least a millisecond")
        self.interval = interval
        self.phase = phase
    }

    /// The slot of a reading: the nearest point of the grid, so that a clock may be wrong by up to half an
    /// interval.
    public func slot(of time: Timestamp) -> Int64 {
        (time.milliseconds - phase + interval / 2).flooredDivision(by: interval).quotient
    }

    /// The number of slots in a day, 4 to 1,440. Nil if the interval is shorter than a minute, longer than
    /// six hours, or does not divide a day: the grid then has no day.
    public var slotsPerDay: Int? {
        guard Self.day % interval == 0 else { return nil }
        let slots = Int(Self.day / interval)
        return (4...1440).contains(slots) ? slots : nil
    }

    /// A slot's position in the week, 0 for the first slot of Monday (UTC).
    ///
    /// - Parameter slotsPerDay: the value of ``slotsPerDay-property``.
    package func slotOfWeek(_ slot: Int64, slotsPerDay: Int) -> Int {
        let monday = CivilDate.firstMonday / interval
        return Int((slot - monday).flooredDivision(by: Int64(7 * slotsPerDay)).remainder)
    }
}

extension Cadence {
    /// The intervals to which meters are commonly set, in milliseconds. One of them is used if the median
    /// time between readings differs from it by at most a tenth.
    private static let common: [Int64] =
        [1, 2, 5, 10, 15, 20, 30].map { $0 * 1000 }
        + [1, 2, 3, 5, 10, 15, 20, 30].map { $0 * 60_000 }
        + [1, 2, 3, 4, 6, 8, 12, 24].map { $0 * 3_600_000 }

    /// Finds the cadence of a meter from the times of its readings: the median time between readings, and the
    /// most common offset.
    ///
    /// - Parameter times: strictly ascending.
    /// - Returns: nil for fewer than two readings.
    public init?(of times: some RandomAccessCollection<Timestamp>) {
        guard times.count >= 2 else { return nil }
        let differences = zip(times.dropFirst(), times).map { $0.milliseconds - $1.milliseconds }.sorted()
        let median = max(differences[differences.count / 2], 1)
        let interval = Self.common.first { abs($0 - median) * 10 <= $0 } ?? median
        self.init(interval: interval, phase: Self.phase(of: times, interval: interval))
    }

    /// The most common offset, to a twentieth of the interval, which is enough to keep readings away from the
    /// border between two slots.
    private static func phase(
        of times: some RandomAccessCollection<Timestamp>,
        interval: Int64
    ) -> Int64 {
        let bin = max(interval / 20, 1)
        var counts: [Int64: Int] = [:]
        for time in times {
            let remainder = time.milliseconds % interval
            counts[(remainder < 0 ? remainder + interval : remainder) / bin, default: 0] += 1
        }
        let best = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
        return (best?.key ?? 0) * bin
    }
}
