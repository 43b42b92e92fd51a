// Days to year-month-day and back, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"
// (2013): exact for the proleptic Gregorian calendar, without tables or loops. Also the days of the
// week.

internal import Statistics

/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Equatable, Sendable {
    /// The length of a day in UTC, which has no leap seconds here.
    public static let millisecondsPerDay: Int64 = 86_400_000

    /// 1970-01-05, the first Monday since 1970 began on a Thursday, in milliseconds since 1970.
    public static let firstMonday: Int64 = 4 * millisecondsPerDay

    /// The year; 0 is 1 BC.
    public var year: Int64
    /// 1…12.
    public var month: Int
    /// 1…31.
    public var day: Int

    /// The day that comes `days` after 1970-01-01.
    public init(daysSinceEpoch days: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153  // 0 is March, so that the leap day comes last
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// A day from its numbers; nil if the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else {
            return nil
        }
        self.year = Int64(year)
        self.month = month
        self.day = day
    }

    /// Days from 1970-01-01 to this one.
    public var daysSinceEpoch: Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day of the week of a day counted from 1970-01-01: 0 for Monday … 6 for Sunday.
    public static func weekday(daysSinceEpoch days: Int64) -> Int {
        Int((days - firstMonday / millisecondsPerDay).flooredDivision(by: 7).remainder)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
