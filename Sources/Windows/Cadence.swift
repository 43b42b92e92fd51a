public import Readings
internal import Statistics

/// How often a meter reports: its sampling interval, and the offset of its readings within the interval, on
/// the clock of the meter's time zone.
///
/// The cadence defines a regular grid of slots. On the grid, "an hour ago" and "the same hour last week" are
/// positions in an array, and an absent reading is a slot without a value.
///
/// The grid is that of the local clock. Where the clock is put forward, an hour of slots has no reading;
/// where it is put back, the readings of the repeated hour take the slots of those before (``MeterWindow``).
public struct Cadence: Hashable, Sendable {
    /// Milliseconds from one reading to the next, at least 1.
    public let interval: Int64
    /// The offset of the readings within the interval, in milliseconds: 0 ..< interval.
    public let phase: Int64
    /// The meter's clock. The grid follows it only if the grid has a day (``slotsPerDay``).
    public let clock: LocalClock
    /// The clock that the grid follows.
    private let gridClock: LocalClock
    /// The days that have the slots of Sundays, whatever day of the week they are; nil if none have.
    public let holidays: Holidays?

    private static let day = CivilDate.millisecondsPerDay

    /// A cadence with an interval and an offset in milliseconds, on a clock.
    ///
    /// - Parameter holidays: the days that have the slots of Sundays; nil if none have.
    /// - Precondition: `interval` is at least 1.
    public init(interval: Int64, phase: Int64 = 0, clock: LocalClock = .utc, holidays: Holidays? = nil) {
        precondition(interval > 0, "an interval must be at least a millisecond")
        self.interval = interval
        self.phase = phase
        self.clock = clock
        self.holidays = Self.slotsPerDay(interval) == nil ? nil : holidays
        gridClock = Self.slotsPerDay(interval) == nil ? .utc : clock
    }

    /// The same cadence on another clock; nil for its own.
    package func on(_ clock: LocalClock?) -> Cadence {
        Cadence(interval: interval, phase: phase, clock: clock ?? self.clock, holidays: holidays)
    }

    /// The same cadence with other holidays.
    package func with(_ holidays: Holidays?) -> Cadence {
        Cadence(interval: interval, phase: phase, clock: clock, holidays: holidays)
    }

    /// The slot of a reading: the nearest point of the grid, so that a clock may be wrong by up to half an
    /// interval.
    public func slot(of time: Timestamp) -> Int64 {
        (position(of: time) + interval / 2).flooredDivision(by: interval).quotient
    }

    /// A time on the grid, in milliseconds: the points of the grid are the multiples of the interval.
    func position(of time: Timestamp) -> Int64 { gridClock.local(time) - phase }

    /// The number of slots in a day, 4 to 1,440. Nil if the interval is shorter than a minute, longer than
    /// six hours, or does not divide a day: the grid then has no day.
    public var slotsPerDay: Int? { Self.slotsPerDay(interval) }

    private static func slotsPerDay(_ interval: Int64) -> Int? {
        guard day % interval == 0 else { return nil }
        let slots = Int(day / interval)
        return (4...1440).contains(slots) ? slots : nil
    }

    /// The most slots by which the grid's clock was ever put back: so far a reading's slot may be before that
    /// of the reading before.
    package var mostSlotsBack: Int {
        Int((gridClock.longestStepBack + interval - 1) / interval)
    }

    /// How many of the slots up to one, and including it, the clock skipped when it was put forward.
    ///
    /// - Parameters:
    ///   - count: how many slots are looked at.
    ///   - last: the latest of them.
    package func skippedSlots(among count: Int, endingAt last: Int64) -> Int {
        guard let skipped = gridClock.lastSkipped(before: last * interval + phase + 1) else { return 0 }
        let first = max(slot(notBefore: skipped.lowerBound), last - Int64(count) + 1)
        return Int(max(min(slot(notBefore: skipped.upperBound), last + 1) - first, 0))
    }

    /// The first slot whose point of the grid is at or after a local time.
    private func slot(notBefore local: Int64) -> Int64 {
        (local - phase + interval - 1).flooredDivision(by: interval).quotient
    }

    /// The day of a slot on the grid's clock, in days since 1970-01-01.
    ///
    /// - Parameter slotsPerDay: the value of ``slotsPerDay-property``.
    package func day(of slot: Int64, slotsPerDay: Int) -> Int64 {
        slot.flooredDivision(by: Int64(slotsPerDay)).quotient
    }

    /// A slot's position in the week, 0 for the first slot of Monday; on a holiday that of Sunday.
    ///
    /// - Parameter slotsPerDay: the value of ``slotsPerDay-property``.
    package func slotOfWeek(_ slot: Int64, slotsPerDay: Int) -> Int {
        let monday = CivilDate.firstMonday / interval
        let position = Int((slot - monday).flooredDivision(by: Int64(7 * slotsPerDay)).remainder)
        guard let holidays, holidays.contains(day(of: slot, slotsPerDay: slotsPerDay)) else {
            return position
        }
        return 6 * slotsPerDay + position % slotsPerDay
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
    /// - Parameters:
    ///   - times: strictly ascending.
    ///   - clock: the meter's clock.
    ///   - holidays: the days that have the slots of Sundays; nil if none have.
    /// - Returns: nil for fewer than two readings.
    public init?(
        of times: some RandomAccessCollection<Timestamp>,
        clock: LocalClock = .utc,
        holidays: Holidays? = nil
    ) {
        guard times.count >= 2 else { return nil }
        let differences = zip(times.dropFirst(), times).map { $0.milliseconds - $1.milliseconds }.sorted()
        let median = max(differences[differences.count / 2], 1)
        let interval = Self.commonInterval(near: median)
        let counts = Self.phases(of: times, interval: interval, clock: clock)
        let phase = clock == .utc ? Self.commonest(counts) : Self.middle(counts, of: interval)
        self.init(interval: interval, phase: phase, clock: clock, holidays: holidays)
    }

    /// The common interval that differs from a median step by at most a tenth; the step itself if none does.
    static func commonInterval(near step: Int64) -> Int64 {
        common.first { abs($0 - step) * 10 <= $0 } ?? step
    }

    /// How many readings have each offset, to a twentieth of the interval: enough to keep readings away from
    /// the border between two slots.
    private static func phases(
        of times: some RandomAccessCollection<Timestamp>,
        interval: Int64,
        clock: LocalClock
    ) -> [Int64: Int] {
        let bin = max(interval / 20, 1)
        let gridClock = slotsPerDay(interval) == nil ? .utc : clock
        var counts: [Int64: Int] = [:]
        for time in times {
            counts[gridClock.local(time).flooredDivision(by: interval).remainder / bin * bin, default: 0] += 1
        }
        return counts
    }

    /// The most common offset.
    private static func commonest(_ counts: [Int64: Int]) -> Int64 {
        counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0
    }

    /// The offset that is nearest to all others by the sum of squared distances around the interval.
    ///
    /// Readings that are taken every two hours by a clock without summer time have two offsets on one with
    /// it, half an interval from each other. The most common one would put the others on the border of two
    /// slots.
    private static func middle(_ counts: [Int64: Int], of interval: Int64) -> Int64 {
        let bin = max(interval / 20, 1)
        func cost(_ phase: Int64) -> Double {
            counts.reduce(0) { sum, offset in
                let apart = abs(offset.key - phase)
                let distance = Double(min(apart, interval - apart))
                return sum + Double(offset.value) * distance * distance
            }
        }
        let costs = stride(from: 0, to: interval, by: Int64.Stride(bin)).map { (phase: $0, cost: cost($0)) }
        return costs.min { ($0.cost, $0.phase) < ($1.cost, $1.phase) }?.phase ?? 0
    }
}

extension Cadence: Codable {
    private enum CodingKeys: String, CodingKey {
        case interval, phase, clock, holidays
    }

    /// Reads a cadence; one without a clock is in UTC.
    ///
    /// - Throws: `DecodingError` for an interval below 1, or a clock that this machine does not know.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let interval = try values.decode(Int64.self, forKey: .interval)
        guard interval > 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .interval,
                in: values,
                debugDescription: "an interval must be at least a millisecond"
            )
        }
        self.init(
            interval: interval,
            phase: try values.decode(Int64.self, forKey: .phase),
            clock: try values.decodeIfPresent(LocalClock.self, forKey: .clock) ?? .utc,
            holidays: try values.decodeIfPresent(Holidays.self, forKey: .holidays)
        )
    }

    /// Writes a cadence. A clock of UTC and no holidays are left out, as in the indexes of older programs.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(interval, forKey: .interval)
        try values.encode(phase, forKey: .phase)
        if clock != .utc { try values.encode(clock, forKey: .clock) }
        try values.encodeIfPresent(holidays, forKey: .holidays)
    }
}
