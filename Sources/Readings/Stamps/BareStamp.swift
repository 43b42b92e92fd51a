/// What a number without marks counts.
public enum EpochUnit: String, CaseIterable, Sendable, Codable {
    /// Seconds since 1970.
    case seconds
    /// Milliseconds since 1970.
    case milliseconds
    /// Microseconds since 1970.
    case microseconds
    /// Nanoseconds since 1970.
    case nanoseconds

    /// The least number that is taken for one: the same moment in March 1973 for each unit, so that no number
    /// has two units.
    var least: Int64 {
        switch self {
        case .seconds: 100_000_000
        case .milliseconds: 100_000_000_000
        case .microseconds: 100_000_000_000_000
        case .nanoseconds: 100_000_000_000_000_000
        }
    }

    /// A number of this unit in milliseconds, rounded down.
    func milliseconds(_ number: Int64) -> Int64 {
        switch self {
        case .seconds: number * 1_000
        case .milliseconds: number
        case .microseconds: number / 1_000
        case .nanoseconds: number / 1_000_000
        }
    }
}

/// A number without separators, which may be a date or time since 1970.
package struct BareStamp: Equatable, Sendable {
    /// The digits before a point.
    package let whole: Int64
    /// How many there are.
    package let digits: Int
    /// What follows the point, in thousandths; nil if there is none.
    package let thousandths: Int64?

    /// The unit, by the number's size; nil if it is of no moment from 1973 to 2200.
    package var unit: EpochUnit? {
        EpochUnit.allCases.last { $0.least <= whole }.flatMap { moment($0) == nil ? nil : $0 }
    }

    /// The moment in milliseconds since 1970, if the number is of this unit; nil if its size is not.
    package func moment(_ unit: EpochUnit) -> Int64? {
        guard whole >= unit.least, whole / unit.least < 100 else { return nil }
        let milliseconds = unit.milliseconds(whole) + (unit == .seconds ? thousandths ?? 0 : 0)
        return Timestamp.representable.contains(milliseconds) ? milliseconds : nil
    }

    /// The local time in milliseconds since 1970, if the digits are a year of two digits, month, day, hour,
    /// minute and perhaps second; nil if they are not. The years are 1970…2069.
    package var short: Int64? {
        guard thousandths == nil, digits == 10 || digits == 12 else { return nil }
        let power: Int64 = digits == 10 ? 100_000_000 : 10_000_000_000
        let century: Int64 = whole / power < 70 ? 20 : 19
        return BareStamp(whole: century * power * 100 + whole, digits: digits + 2, thousandths: nil).compact
    }

    /// The local time in milliseconds since 1970, if the digits are year, month, day and perhaps hour,
    /// minute, second and milliseconds; nil if they are not.
    package var compact: Int64? {
        let fraction: Int64
        var rest = whole
        switch digits {
        case 8, 10, 12: fraction = 0
        case 14: fraction = thousandths ?? 0
        case 17:
            fraction = rest % 1_000
            rest /= 1_000
        default: return nil
        }
        guard thousandths == nil || digits == 14 else { return nil }
        let (second, minute) = (digits >= 14 ? rest.cut() : 0, digits >= 12 ? rest.cut() : 0)
        let hour = digits >= 10 ? rest.cut() : 0
        let (day, month) = (rest.cut(), rest.cut())
        let inDay = (hour * 3_600 + minute * 60 + second) * 1_000 + fraction
        guard minute < 60, second < 60, hour < 24 || inDay == CivilDate.millisecondsPerDay,
            let days = DateNumbers.days(Int(rest), Int(month), Int(day))
        else { return nil }
        let milliseconds = days * CivilDate.millisecondsPerDay + inDay
        return Timestamp.representable.contains(milliseconds) ? milliseconds : nil
    }
}

extension Int64 {
    /// Cuts the last two digits off.
    fileprivate mutating func cut() -> Int64 {
        defer { self /= 100 }
        return self % 100
    }
}
