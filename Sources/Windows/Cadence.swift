public import Readings

/// How often a meter reports: its sampling interval, and where within it the readings fall.
///
/// Readings are laid on a regular grid of slots, so that "an hour ago" and "the same hour last week" are
/// places in an array and a reading that did not come is a slot without a value.
public struct Cadence: Codable, Hashable, Sendable {
    /// Milliseconds from one reading to the next, at least 1.
    public let interval: Int64
    /// Where in the interval readings fall, 0 ..< interval.
    public let phase: Int64

    static let day: Int64 = 86_400_000
    /// 1970-01-01 was a Thursday; the first Monday came four days later.
    private static let firstMonday: Int64 = 4 * day

    /// A cadence.
    public init(interval: Int64, phase: Int64 = 0) {
        precondition(interval > 0, "an interval is at least a millisecond")
        self.interval = interval
        self.phase = phase
    }

    /// The slot a reading belongs to: the nearest point of the grid, so that clocks may be off by up to half
    /// an interval.
    public func slot(of time: Timestamp) -> Int64 {
        (time.milliseconds - phase + interval / 2).flooredDivision(by: interval)
    }

    /// How many slots make a day, where that is a whole number from 4 to 1,440; nil where the calendar does
    /// not fit the interval: faster than a minute, slower than six hours, or no divisor of a day.
    public var slotsPerDay: Int? {
        guard Self.day % interval == 0 else { return nil }
        let slots = Int(Self.day / interval)
        return (4...1440).contains(slots) ? slots : nil
    }

    /// A slot's place in the week, 0 for the first slot of Monday (UTC); needs ``slotsPerDay``.
    package func slotOfWeek(_ slot: Int64, slotsPerDay: Int) -> Int {
        let monday = Self.firstMonday / interval
        let week = Int64(7 * slotsPerDay)
        return Int((slot - monday) - (slot - monday).flooredDivision(by: week) * week)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
