internal import Readings

/// What the times of some readings have in common on the clocks of their meters.
public struct SharedTimes: Equatable, Sendable {
    /// The day of the week, 0 for Monday … 6 for Sunday; nil if they are not all on one.
    public let weekday: Int?
    /// The hour of the day, 0…23; nil if they are not all in one.
    public let hour: Int?
    /// The minute of the hour; nil if they do not have the same hour and minute.
    public let minute: Int?
    /// Whether no two of them are on one day.
    public let areOnDifferentDays: Bool

    /// What some times have in common.
    ///
    /// - Parameter locals: what the meters' clocks showed, in milliseconds since they showed 1970-01-01.
    public init(_ locals: [Int64]) {
        let days = locals.map { Self.floored($0, CivilDate.millisecondsPerDay) }
        weekday = Self.same(days.map(CivilDate.weekday(daysSinceEpoch:)))
        let minutes = zip(locals, days).map { Int(($0 - $1 * CivilDate.millisecondsPerDay) / 60_000) }
        hour = Self.same(minutes.map { $0 / 60 })
        minute = Self.same(minutes).map { $0 % 60 }
        areOnDifferentDays = Set(days).count == days.count
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    private static func same(_ values: [Int]) -> Int? {
        values.first.flatMap { first in values.allSatisfy { $0 == first } ? first : nil }
    }

    /// The name of the shared day of the week; nil if they share none.
    public var weekdayName: String? { weekday.map { Self.weekdays[$0] } }

    private static let weekdays = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]

    /// The shared time of day, such as `at 14:00` or `between 14:00 and 15:00`; nil if they share none.
    public var timeOfDay: String? {
        guard let hour else { return nil }
        if let minute { return "at \(Self.clock(hour, minute))" }
        return "between \(Self.clock(hour, 0)) and \(Self.clock(hour + 1, 0))"
    }

    private static func clock(_ hour: Int, _ minute: Int) -> String {
        "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}
