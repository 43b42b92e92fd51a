internal import Text

/// How a column tells the time of day, whose date is in another column.
public enum ClockFormat: Hashable, Sendable {
    /// `09:30`, `9.30`, `9:30 AM`, `00:00 - 00:30`, of spans the start. Whether `00:00-05:00` is a span too,
    /// or has an offset, the column shows.
    case time(isTwelveHour: Bool, hasSpans: Bool = true)
    /// The hours and minutes of the clock as one number: `30`, `0930`, `2400`.
    case hoursAndMinutes
    /// The hours, minutes and seconds of the clock as one number: `0`, `93000`, `234500`.
    case hoursMinutesSeconds
    /// The hour of the clock, 0…24.
    case hour
    /// The minutes since midnight on the clock, 0…1440.
    case minutes
    /// The seconds since midnight on the clock, 0…86400.
    case seconds
    /// The number of a period since midnight, such as a settlement period. On days of a clock change there
    /// are more or fewer than usual.
    case period(perDay: Int, first: Int)

    /// Reads a cell without blanks and quotes around it; nil if it is no time of day of this format.
    public func read(_ cell: Span<UInt8>) -> ClockTime? {
        switch self {
        case .time(let isTwelveHour, let hasSpans):
            guard let parts = StampParts(clock: cell), let clock = parts.clock,
                parts.isTwelveHour || !isTwelveHour
            else { return nil }
            switch parts.zone {
            case .none: return .onClock(clock)
            case .offset(let offset):
                return hasSpans && parts.mayBeSpan ? .onClock(clock) : .absolute(clock - offset)
            case .ambiguous: return nil
            }
        case .hoursAndMinutes:
            guard let number = cell.dayNumber, number % 100 < 60, number <= 2_400 else { return nil }
            return .onClock((number / 100 * 60 + number % 100) * 60_000)
        case .hoursMinutesSeconds:
            guard let number = cell.dayNumber, number % 100 < 60, number / 100 % 100 < 60, number <= 240_000
            else { return nil }
            return .onClock((number / 10_000 * 3_600 + number / 100 % 100 * 60 + number % 100) * 1_000)
        case .hour:
            guard let number = cell.dayNumber, number <= 24 else { return nil }
            return .onClock(number * 3_600_000)
        case .minutes:
            guard let number = cell.dayNumber, number <= 1_440 else { return nil }
            return .onClock(number * 60_000)
        case .seconds:
            guard let number = cell.dayNumber, number <= 86_400 else { return nil }
            return .onClock(number * 1_000)
        case .period(let perDay, let first):
            let length = CivilDate.millisecondsPerDay / Int64(perDay)
            guard let number = cell.dayNumber else { return nil }
            let period = number - Int64(first)
            // The longest day has 25 hours.
            guard period >= 0, period * length < 25 * 3_600_000 else { return nil }
            return .sinceMidnight(period * length)
        }
    }
}

/// A time of day as a cell writes it, in milliseconds.
public enum ClockTime: Hashable, Sendable {
    /// What the local clock shows.
    case onClock(Int64)
    /// How long ago the local day began.
    case sinceMidnight(Int64)
    /// With an offset: what a clock in UTC shows, perhaps of the day before or after.
    case absolute(Int64)

    /// The stamp of this time on a day; nil if the day has a time of day of its own, or both have offsets.
    func on(_ day: WrittenStamp) -> WrittenStamp? {
        switch (day, self) {
        case (.local(let local), _) where local % CivilDate.millisecondsPerDay != 0: nil
        case (.local(let local), .onClock(let time)): .local(local + time)
        case (.local(let local), .sinceMidnight(let time)): .elapsed(sinceLocal: local, milliseconds: time)
        case (.local(let local), .absolute(let time)): .absolute(Timestamp(milliseconds: local + time))
        case (.absolute(let moment), .onClock(let time)), (.absolute(let moment), .sinceMidnight(let time)):
            .absolute(Timestamp(milliseconds: moment.milliseconds + time))
        default: nil
        }
    }
}

extension ClockFormat: CustomStringConvertible {
    /// For a sentence: `the time of day`, `the hour, 0 to 24`, `periods 1 to 48`.
    public var description: String {
        switch self {
        case .time(let isTwelveHour, _): isTwelveHour ? "the time of day with AM and PM" : "the time of day"
        case .hoursAndMinutes: "hours and minutes as one number"
        case .hoursMinutesSeconds: "hours, minutes and seconds as one number"
        case .hour: "the hour, 0 to 24"
        case .minutes: "the minutes since midnight"
        case .seconds: "the seconds since midnight"
        case .period(let perDay, let first): "periods \(first) to \(perDay - 1 + first)"
        }
    }
}
