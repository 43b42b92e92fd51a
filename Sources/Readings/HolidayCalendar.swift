internal import Statistics

/// Holidays with their names.
public struct HolidayCalendar: Equatable, Sendable, Codable {
    /// A day with its name.
    private struct Entry: Equatable, Codable {
        let day: Int64
        let name: Name
    }

    private let entries: [Entry]

    /// A calendar of days since 1970-01-01; a day with several names has them all.
    public init(_ names: [(day: Int64, name: Name)]) {
        var byDay: [Int64: [Name]] = [:]
        for (day, name) in names where byDay[day]?.contains(name) != true {
            byDay[day, default: []].append(name)
        }
        entries = byDay.sorted { $0.key < $1.key }.map { day, names in
            Entry(day: day, name: Name(names.map(\.text).joined(separator: ", ")))
        }
    }

    /// The days.
    public var holidays: Holidays { Holidays(entries.lazy.map(\.day)) }

    /// How many days there are.
    public var count: Int { entries.count }

    /// How many different names there are.
    public var nameCount: Int { Set(entries.map(\.name)).count }

    /// The first and the last day, in days since 1970-01-01; nil if there is none.
    public var span: ClosedRange<Int64>? {
        guard let first = entries.first, let last = entries.last else { return nil }
        return first.day...last.day
    }

    /// The last day of which the list seems to know whether it is a holiday: after the last one, as many days
    /// as there are at most between two. Nil if there is none.
    public var lastKnown: Int64? {
        let gaps = zip(entries.dropFirst(), entries).map { $0.day - $1.day }
        return entries.last.map { $0.day + (gaps.max() ?? 0) }
    }

    /// The name of the holiday that a moment is on; nil if it is on none.
    public func name(of time: Timestamp, on clock: LocalClock) -> Name? {
        let day = clock.local(time).flooredDivision(by: CivilDate.millisecondsPerDay).quotient
        let place = entries.partitionPoint { $0.day >= day }
        return place < entries.count && entries[place].day == day ? entries[place].name : nil
    }
}
