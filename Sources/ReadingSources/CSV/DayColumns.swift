internal import Readings
internal import Text

/// The columns of a file with a row a day: each holds the value of one interval of the day.
struct DayColumns: Equatable {
    /// When an interval begins.
    enum Start: Equatable {
        /// What the local clock shows, in milliseconds.
        case onClock(Int64)
        /// So many milliseconds after the local day began.
        case sinceMidnight(Int64)
    }

    /// The columns' places, in the order of the day.
    let columns: [Int]
    /// When the interval of each begins.
    let starts: [Start]
    /// What is to be said about them.
    let note: String

    /// Finds them; nil if a file has none.
    init?(_ columns: SampledColumns, times: TimeColumns) {
        guard times.clock == nil, !columns.hasClock(times.day) else { return nil }
        let names = columns.shape.writtenNames
        guard let found = Self.clocks(names) ?? Self.numbers(names) else { return nil }
        self = found
    }

    private init(columns: [Int], starts: [Start], note: String) {
        (self.columns, self.starts, self.note) = (columns, starts, note)
    }

    // MARK: Clocks

    /// Columns that are called like times of day.
    private static func clocks(_ names: [String]) -> DayColumns? {
        let times = names.map(clock)
        let columns = times.indices.filter { times[$0] != nil }
        guard columns.count >= 23, columns.last.map({ $0 - columns[0] + 1 == columns.count }) ?? false else {
            return nil
        }
        var clocks = columns.compactMap { times[$0] }
        guard clocks.count > 1 else { return nil }
        // The last interval may end at 00:00.
        if clocks[clocks.count - 1] == 0 { clocks[clocks.count - 1] = CivilDate.millisecondsPerDay }
        let step = clocks[1] - clocks[0]
        guard step > 0, zip(clocks, clocks.dropFirst()).allSatisfy({ $0.1 - $0.0 == step }) else {
            return nil
        }
        let areEnds = clocks[0] == step && clocks[clocks.count - 1] == CivilDate.millisecondsPerDay
        let kind = areEnds ? "the ends of the intervals; their starts count" : "the times of the values"
        return DayColumns(
            columns: columns,
            starts: clocks.map { .onClock(areEnds ? $0 - step : $0) },
            note: "each row is a day: the names of \(columns.count) columns, `\(names[columns[0]])` to "
                + "`\(names[columns[columns.count - 1]])`, are \(kind)"
        )
    }

    /// The time of day that a name is, or begins with: `00:30`, `0030`, `00:00 - 00:30`; nil if it is none.
    private static func clock(_ name: String) -> Int64? {
        let bytes = Array(name.utf8)
        if bytes.count == 4, bytes.allSatisfy({ $0.digit <= 9 }), let number = Int64(name),
            number % 100 < 60, number <= 2_400
        {
            return (number / 100 * 60 + number % 100) * 60_000
        }
        guard bytes.contains(Byte.colon) else { return nil }
        return StampParts(clock: bytes.span)?.clock
    }

    // MARK: Numbers

    /// What stands before the number of an interval.
    private static let prefixes: Set<String> = [
        "", "h", "hr", "hour", "he", "v", "val", "value", "p", "period", "hh", "interval", "int", "i", "q",
        "qh", "kwh",
        "kw", "t", "sp", "ora", "heure", "stunde", "std", "e", "hora", "uur", "consumption", "usage",
        "reading",
        "kwhhh", "settlementperiod",
    ]

    /// How many intervals a day has, with those of the days on which clocks change.
    private static let counts: [Int: Int] = [
        23: 24, 24: 24, 25: 24, 46: 48, 48: 48, 50: 48, 92: 96, 96: 96, 100: 96, 288: 288, 300: 288,
    ]

    /// Columns that are called by the numbers of the intervals.
    private static func numbers(_ names: [String]) -> DayColumns? {
        let parts = names.map(numbered)
        guard let first = parts.firstIndex(where: { $0.map { $0.number <= 1 } ?? false }),
            let start = parts[first]
        else { return nil }
        var columns: [Int] = []
        for column in first..<names.count {
            guard let part = parts[column], part.prefix == start.prefix,
                part.number == start.number + columns.count
            else { break }
            columns.append(column)
        }
        guard prefixes.contains(start.prefix), let perDay = counts[columns.count] else { return nil }
        let step = CivilDate.millisecondsPerDay / Int64(perDay)
        return DayColumns(
            columns: columns,
            starts: columns.indices.map { .sinceMidnight(Int64($0) * step) },
            note: "each row is a day: the columns `\(names[columns[0]])` to "
                + "`\(names[columns[columns.count - 1]])` are its \(columns.count) intervals"
        )
    }

    private static func numbered(_ name: String) -> (prefix: String, number: Int)? {
        let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
        guard (1...3).contains(digits.count), let number = Int(String(digits.reversed())) else { return nil }
        return (ColumnNames.plain(String(name.dropLast(digits.count))), number)
    }
}
