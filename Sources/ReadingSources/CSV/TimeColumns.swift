internal import Readings
internal import Text

/// The columns that hold the times of a file.
struct TimeColumns: Equatable {
    /// A column that tells the part of an hour.
    struct Part: Equatable {
        let column: Int
        let format: ClockPart
    }

    /// Holds the stamps, or the days.
    var day: Int
    /// Holds the times of day, if the days have none.
    var clock: Int?
    /// Tells the part of the hour, if the times of day are hours.
    var part: Part?
    /// Tells the second of the minute.
    var second: Part?
    /// Tells the half of the day, if the hours are those of a clock of twelve.
    var half: Int?
    /// Columns that hold times, too, and are left out, with the reason.
    var others: [Int: String] = [:]

    /// Those of ``others`` that run through times of their own.
    var apart: [Int] = []

    /// All columns that are read.
    var all: [Int] { [day] + [clock, part?.column, second?.column, half].compactMap(\.self) }
}

/// Finds the columns that hold the times.
struct TimeGuess {
    private let columns: SampledColumns
    private let names: [String]
    private let taken: Set<Int>

    /// - Parameter taken: the columns that the caller named as something else.
    init(_ columns: SampledColumns, taken: Set<Int>) {
        self.columns = columns
        self.taken = taken
        names =
            columns.shape.writtenNames
            + Array(
                repeating: "",
                count: columns.shape.names.count - columns.shape.writtenNames.count
            )
    }

    /// Finds the times.
    ///
    /// - Parameters:
    ///   - day: the column that the caller named; nil to find it.
    ///   - clock: the column of times of day that the caller named; nil to find it.
    /// - Returns: nil if no column holds any.
    func times(day: Int?, clock: Int?) -> TimeColumns? {
        guard var day = day ?? guessedDay else { return nil }
        var clock = clock
        let runs = DayRuns(columns, day: day)
        let areDays = !columns.hasClock(day) || columns.areMidnights(day)
        let running = areDays ? runs.runs(among: free.filter { $0 != day }) : []
        if clock == nil, !columns.hasClock(day), !columns.isClock(day), columns.isStamps(day) {
            clock = guessedClock(besides: day, runs, running)
        } else if clock == nil, areDays, let finest = running.first {
            clock = finest
        } else if clock == nil, columns.isClock(day), let date = free.first(where: { columns.isDates($0) }) {
            (day, clock) = (date, day)
        }
        var times = TimeColumns(day: day, clock: clock)
        if let clock, areDays {
            times.part = runs.part(of: clock, among: free.filter { $0 != day && $0 != clock })
        }
        parts.add(to: &times)
        times.others = others(besides: times)
        times.apart = times.others.keys.sorted().filter {
            columns.isStamps($0) && columns.runsApart($0, from: times)
        }
        for (column, reason) in parts.others(besides: times) { times.others[column] = reason }
        for column in running where !times.all.contains(column) { times.others[column] = "holds times, too" }
        return times
    }

    private var parts: TimeParts { TimeParts(columns, free: free) }

    private var free: [Int] { columns.indices.filter { !taken.contains($0) } }

    // MARK: Days

    private var guessedDay: Int? {
        let stamps = free.filter { columns.isStamps($0) }
        let starts = stamps.filter { !ColumnNames.isEnd(names[$0]) }
        for choice in [starts, stamps] where !choice.isEmpty {
            if let column = best(of: choice) { return column }
        }
        // Whatever the column holds, its name says what it is for.
        return named(free) ?? free.first { columns.isClock($0) }
    }

    /// The column of stamps that is called like one, or has dates.
    private func best(of stamps: [Int]) -> Int? {
        let universal = stamps.filter { column in
            let words = ColumnNames.words(names[column])
            return columns.isDates(column) && (words.contains("utc") || words.contains("gmt"))
        }
        if let column = universal.first { return column }
        let dates = stamps.filter { columns.isDates($0) }
        return named(dates) ?? dates.first ?? named(stamps)
            ?? stamps.first { names[$0].isEmpty || runsEvenly($0) }
    }

    private func named(_ candidates: [Int]) -> Int? {
        let plain = names.map(ColumnNames.plain)
        for name in ColumnNames.time {
            if let column = candidates.first(where: { plain[$0] == name }) { return column }
        }
        for ending in ColumnNames.timeEndings {
            let column = candidates.first {
                plain[$0].hasSuffix(ending)
                    && (columns.isStamps($0) || !ColumnNames.notMeasured.contains(plain[$0]))
            }
            if let column { return column }
        }
        return candidates.first { ColumnNames.isStart(names[$0]) && columns.isStamps($0) }
    }

    /// Whether a column of numbers without a time's name grows from row to row, as a clock does.
    private func runsEvenly(_ column: Int) -> Bool {
        let numbers = columns.wholes(column)
        let rising = zip(numbers, numbers.dropFirst()).count { $0.1 >= $0.0 }
        return numbers.count > 1 && rising * 20 >= (numbers.count - 1) * 19
    }

    // MARK: Times of day

    private func guessedClock(besides day: Int, _ runs: DayRuns, _ running: [Int]) -> Int? {
        let rest = free.filter { $0 != day }
        let clocks = rest.filter { columns.isClock($0) }
        if let clock = clocks.first(where: { !ColumnNames.isEnd(names[$0]) }) ?? clocks.first { return clock }
        if let finest = running.first { return finest }
        let plain = names.map(ColumnNames.plain)
        return rest.first { column in
            let isNumber = columns.isNumbered(column) && !columns.isStamps(column)
            guard isNumber || columns.isText(column), let range = runs.range(column) else {
                return false
            }
            let (least, most) = (range.lowerBound, range.upperBound)
            if ColumnNames.hour.contains(plain[column]) { return most <= 25 }
            if ColumnNames.interval.contains(plain[column]) { return least >= 0 && most <= 100 }
            let isOne = most <= 2_400 || runs.numbers(column)?.areHoursMinutesSeconds ?? false
            return ["time", "clock", "uhrzeit", "zeit", "starttime"].contains(plain[column]) && isOne
        }
    }

    // MARK: Other times

    /// The columns that hold times besides those that count.
    private func others(besides times: TimeColumns) -> [Int: String] {
        var others: [Int: String] = [:]
        for column in free where !times.all.contains(column) {
            if columns.isDates(column) || columns.isClock(column) {
                let isEnd = ColumnNames.isEnd(names[column])
                others[column] =
                    isEnd ? "holds the end of the interval; the start counts" : "holds times, too"
            } else if columns.isMostly(column, { $0 == .bareStamp }), runsWith(times, column) {
                others[column] = "is a second clock, which runs with `\(columns.shape.names[times.day])`"
            }
        }
        return others
    }

    /// Whether a column of numbers grows by as much as the time does, from row to row.
    private func runsWith(_ times: TimeColumns, _ column: Int) -> Bool {
        let clock = columns.moments(times.day, times.clock)
        let other = columns.cells(column).map { cell in
            let bytes = Array(cell.utf8)
            guard let parts = StampParts(bytes.span), case .bare(let bare) = parts.day else {
                return Int64?.none
            }
            return bare.unit.flatMap { bare.moment($0) } ?? bare.compact
        }
        var (equal, all) = (0, 0)
        for row in 1..<max(1, min(clock.count, other.count)) {
            guard let a = clock[row - 1], let b = clock[row], let c = other[row - 1], let d = other[row]
            else {
                continue
            }
            all += 1
            if abs((b - a) - (d - c)) <= 1_000 { equal += 1 }
        }
        return all > 0 && equal * 10 >= all * 9
    }
}
