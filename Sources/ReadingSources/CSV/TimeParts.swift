internal import Readings
internal import Text

/// Finds the columns that tell a part of the time, beside a column of days, of times of day or of hours: the
/// minute, the second, the half of the day.
struct TimeParts {
    private let columns: SampledColumns
    private let free: [Int]

    /// - Parameter free: the columns that mean nothing else.
    init(_ columns: SampledColumns, free: [Int]) {
        (self.columns, self.free) = (columns, free)
    }

    /// Adds those that belong to the times.
    func add(to times: inout TimeColumns) {
        if let clock = times.clock, !columns.isClock(clock), columns.isNumbered(clock) {
            if times.part == nil, let minute = named(Self.minutes, besides: times),
                isMinute(minute, of: clock, times)
            {
                times.part = TimeColumns.Part(column: minute, format: ClockPart(length: 60_000, first: 0))
            }
            if times.part.map({ $0.format.length == 60_000 }) ?? false { addSecond(&times) }
        } else if let clock = times.clock, columns.cells(clock).allSatisfy({ $0.utf8.count <= 5 }) {
            addSecond(&times)
        }
        times.half = half(of: times)
    }

    /// Whether a column called like one of minutes is of the clock: it tells hours, and the column
    /// tells rows of one hour apart, or is the same in all.
    private func isMinute(_ minute: Int, of clock: Int, _ times: TimeColumns) -> Bool {
        let hours = columns.cells(clock).compactMap { Array($0.utf8).span.dayNumber }
        guard hours.allSatisfy({ $0 <= 25 }) else { return false }
        let rows = zip(columns.cells(times.day), columns.cells(clock)).map { [$0, $1] }
        return Set(rows).count < rows.count || Set(columns.cells(minute)).count == 1
    }

    private func addSecond(_ times: inout TimeColumns) {
        guard let second = named(Self.seconds, besides: times) else { return }
        times.second = TimeColumns.Part(column: second, format: ClockPart(length: 1_000, first: 0))
    }

    /// The column of whole numbers below 60 that has one of some names.
    private func named(_ names: Set<String>, besides times: TimeColumns) -> Int? {
        free.first { column in
            let plain = ColumnNames.plain(columns.name(column))
            guard !times.all.contains(column), names.contains(plain), columns.isWhole(column) else {
                return false
            }
            // `min` beside `max` is a minimum.
            if plain == "min",
                columns.indices.contains(where: {
                    ["max", "avg", "mean", "average"].contains(ColumnNames.plain(columns.name($0)))
                })
            {
                return false
            }
            return columns.wholes(column).allSatisfy { (0..<60).contains($0) }
        }
    }

    private static let minutes: Set<String> = [
        "minute", "minutes", "min", "mins", "mi", "minuten", "minuto", "minuti", "minutos", "minuut",
        "minuten",
    ]
    private static let seconds: Set<String> = [
        "second", "seconds", "sec", "secs", "ss", "sekunde", "sekunden", "secondo", "secondi", "seconde",
        "secondes", "segundo", "segundos", "seconden",
    ]

    // MARK: The half of the day

    private func half(of times: TimeColumns) -> Int? {
        guard let last = latestHour(times), last <= 12 else { return nil }
        return free.first { !times.all.contains($0) && isHalves($0) }
    }

    /// Whether a column says AM or PM in all rows.
    private func isHalves(_ column: Int) -> Bool {
        let cells = columns.cells(column)
        let isCalled = Self.names.contains(ColumnNames.plain(columns.name(column)))
        return !cells.isEmpty
            && cells.allSatisfy { cell in
                // One letter may be a code of anything.
                (isCalled || cell.count > 1) && DayHalf(Array(cell.utf8).span) != nil
            }
    }

    private static let names: Set<String> = ["ampm", "amorpm", "meridiem", "meridian", "ap"]

    /// The latest hour in the times; nil if there are none, or they have AM and PM themselves.
    private func latestHour(_ times: TimeColumns) -> Int64? {
        var last: Int64?
        for cell in columns.cells(times.clock ?? times.day) where !cell.isEmpty {
            let bytes = Array(cell.utf8)
            let parts = times.clock == nil ? StampParts(bytes.span) : StampParts(clock: bytes.span)
            if parts?.isTwelveHour ?? false { return nil }
            let number = times.clock == nil ? nil : bytes.span.dayNumber
            guard let hour = parts?.clock.map({ $0 / 3_600_000 }) ?? number else { return nil }
            last = max(last ?? 0, hour > 99 ? hour / 100 : hour)
        }
        return last
    }

    /// Columns that say nothing that the times do not say: the half of the day beside hours of 24, and the
    /// day of the week.
    func others(besides times: TimeColumns) -> [Int: String] {
        var others: [Int: String] = [:]
        for column in free where !times.all.contains(column) {
            if isHalves(column), latestHour(times) != nil {
                others[column] = "says the half of the day, which the times say too"
            } else if isWeekdays(column) {
                others[column] = "is the day of the week"
            }
        }
        return others
    }

    /// Whether all cells are days of the week by their names, and there are several.
    private func isWeekdays(_ column: Int) -> Bool {
        let words = Set(columns.cells(column)).subtracting([""])
        return words.count > 1 && words.count <= 14
            && words.allSatisfy { word in
                let plain = word.hasSuffix(".") ? String(word.dropLast()) : word
                return StampParts.isWeekday(Array(plain.utf8).span)
            }
    }
}

extension SampledColumns {
    /// Whether a column is whole numbers, perhaps with letters around them.
    func isNumbered(_ column: Int) -> Bool {
        isWhole(column) || NumberedCells(Set(cells(column)).subtracting([""])) != nil
    }

    /// Whether a column holds the midnights of a local clock as moments: `2024-01-12T23:00:00Z`, and the hour
    /// of the day stands beside it.
    func areMidnights(_ column: Int) -> Bool {
        var clocks: Set<Int64> = []
        for cell in Set(cells(column)) where !cell.isEmpty {
            guard let parts = StampParts(Array(cell.utf8).span), case .offset = parts.zone,
                parts.day != .none, let clock = parts.clock
            else { return false }
            clocks.insert(clock)
        }
        // Two, if the clock changes.
        return (1...2).contains(clocks.count)
    }

    /// Whether a column is the same on the same days of the week, so that it names no meter: `Weekend`. A
    /// twentieth of the rows may differ: a midnight may have the date of the day before.
    func followsWeekdays(_ column: Int, day: Int) -> Bool {
        var rows: [Int64: [String: Int]] = [:]
        var dates: [Int64: Set<Int64>] = [:]
        let days = cells(day)
        for (row, cell) in cells(column).enumerated() {
            guard let date = Self.date(days[row]) else { continue }
            // 1970-01-01 was a Thursday.
            rows[date % 7, default: [:]][cell, default: 0] += 1
            dates[date % 7, default: []].insert(date)
        }
        let all = rows.values.flatMap(\.values).reduce(0, +)
        let most = rows.values.compactMap { $0.values.max() }.reduce(0, +)
        let words = Set(rows.values.compactMap { $0.max { $0.value < $1.value }?.key })
        return dates.values.count { $0.count > 1 } >= 3 && words.count > 1 && most * 20 >= all * 19
    }

    /// The day of a cell as far as days of the week matter: of a date of open order, as day/month/year where
    /// that is one.
    private static func date(_ cell: String) -> Int64? {
        switch StampParts(Array(cell.utf8).span)?.day {
        case .known(let days): days
        case .open(let numbers): numbers.days(.dayFirst) ?? numbers.days(.monthFirst)
        case .bare(let bare): bare.compact.map { $0 / CivilDate.millisecondsPerDay }
        case .some(.none), nil: nil
        }
    }
}

extension TimeColumns {
    /// A stamp with what further columns of its row say of the time of day; nil if one says nothing.
    @inline(__always)
    func complete(_ stamp: WrittenStamp?, _ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> WrittenStamp? {
        guard part != nil || second != nil || half != nil, var found = stamp else { return stamp }
        if let half {
            guard let cell = DayHalf(bytes.extracting(bytes.trimmed(fields[half]))),
                let placed = cell.place(found)
            else { return nil }
            found = placed
        }
        for part in [part, second] {
            guard let part else { continue }
            guard let inHour = part.format.read(bytes.extracting(bytes.trimmed(fields[part.column]))) else {
                return nil
            }
            found = found.later(by: inHour)
        }
        return found
    }
}
