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

    /// The columns between them, which hold marks of the values, such as `F1` of `HH1`.
    var marks: [Int] {
        guard let first = columns.min(), let last = columns.max() else { return [] }
        return (first...last).filter { !columns.contains($0) }
    }

    fileprivate init(columns: [Int], starts: [Start], note: String) {
        (self.columns, self.starts, self.note) = (columns, starts, note)
    }

    /// How many intervals a day has, with those of the days on which clocks change.
    static let counts: [Int: Int] = [
        23: 24, 24: 24, 25: 24, 46: 48, 48: 48, 50: 48, 92: 96, 96: 96, 100: 96, 288: 288, 300: 288,
    ]
}

/// Finds the columns of a row a day, by their names.
struct DayColumnsFinder {
    private let sample: SampledColumns
    private let names: [String]
    private let file: String

    init(_ sample: SampledColumns, file: String) {
        self.sample = sample
        self.file = file
        names = sample.shape.writtenNames
    }

    /// Finds them; nil if a file has none.
    ///
    /// - Throws: ``ReadingsError`` if columns are numbered like the intervals of a day, and it is not certain
    ///   that they are.
    func days(_ times: TimeColumns) throws(ReadingsError) -> DayColumns? {
        guard times.clock == nil, !sample.hasClock(times.day) else { return nil }
        if sample.shape.headerLine == nil { return unnamed(besides: times.day) }
        if let clocks = try clocks() { return clocks }
        return try numbers()
    }

    /// The one of several sets of columns that holds the values; nil if there is none.
    private func values(_ sets: [DayColumns], _ prefixes: [String]) throws(ReadingsError) -> DayColumns? {
        var rest = sets.indices.filter { set in
            !sets[set].columns.allSatisfy { sample.isText($0) || sample.isEmpty($0) }
        }
        if rest.count > 1 { rest.removeAll { ColumnNames.markPrefixes.contains(prefixes[$0]) } }
        guard rest.count > 1 else { return rest.first.map { sets[$0] } }
        let shown = rest.prefix(3).map { "`\(names[sets[$0].columns[0]])`" }.joined(separator: ", ")
        throw ReadingsError(
            .noValueColumn,
            file: file,
            line: sample.shape.headerLine,
            "a row is a day, and \(rest.count) sets of columns hold its intervals, from \(shown) on; make a file of each "
                + "quantity, or name the channels with --value"
        )
    }

    // MARK: Clocks

    /// Columns that are called like times of day.
    private func clocks() throws(ReadingsError) -> DayColumns? {
        var groups: [String: [Int]] = [:]
        let times = names.map(DayName.init(clock:))
        for (column, time) in times.enumerated() {
            if let time { groups[time.prefix, default: []].append(column) }
        }
        var sets: [DayColumns] = []
        var prefixes: [String] = []
        for (prefix, columns) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
            guard let found = clocks(columns, columns.compactMap { times[$0]?.number }) else { continue }
            sets.append(found)
            prefixes.append(prefix)
        }
        return try values(sets, prefixes)
    }

    private func clocks(_ places: [Int], _ times: [Int64]) -> DayColumns? {
        var clocks = times
        guard places.count >= 23 else { return nil }
        // The last interval may end at 00:00; where the latest come first, it begins then.
        if clocks[clocks.count - 1] == 0, clocks[clocks.count - 2] == clocks.max() {
            clocks[clocks.count - 1] = CivilDate.millisecondsPerDay
        }
        // Some programs sort the names as texts: `10:00` stands before `9:00`.
        let sorted = zip(places, clocks).sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        let columns = sorted.map(\.0)
        clocks = sorted.map(\.1)
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

    // MARK: Numbers

    /// Columns that are called by the numbers of the intervals.
    private func numbers() throws(ReadingsError) -> DayColumns? {
        let parts = names.map(DayName.init(number:))
        var groups: [String: [Int]] = [:]
        for (column, part) in parts.enumerated() {
            if let part { groups[part.prefix + "\n" + part.suffix, default: []].append(column) }
        }
        var sets: [DayColumns] = []
        var prefixes: [String] = []
        for (_, places) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
            let columns = places.sorted { (parts[$0]?.number ?? 0, $0) < (parts[$1]?.number ?? 0, $1) }
            // Beyond the intervals the numbers may go on: with another name it would be another group.
            guard let first = parts[columns[0]], first.number <= 1,
                zip(columns, 0...).allSatisfy({ parts[$0]?.number == first.number + Int64($1) }),
                let perDay = DayColumns.counts[columns.count]
            else { continue }
            sets.append(repeated(columns, parts) ?? numbered(columns, perDay))
            prefixes.append(first.prefix)
        }
        guard let found = try values(sets, prefixes) else { return nil }
        let prefix = parts[found.columns[0]]?.prefix ?? ""
        let isKnown =
            ColumnNames.intervalPrefixes.contains(prefix) || ColumnNames.valuePrefixes.contains(prefix)
        guard !isKnown else { return found }
        throw unclearNumbers(found)
    }

    private func numbered(_ columns: [Int], _ perDay: Int) -> DayColumns {
        let step = CivilDate.millisecondsPerDay / Int64(perDay)
        return DayColumns(
            columns: columns,
            starts: columns.indices.map { .sinceMidnight(Int64($0) * step) },
            note: note(columns)
        )
    }

    /// The hours of a day with one more for the hour that comes twice: `HE02`, `HE02*`, `HE03`. The clock
    /// shows the same in both.
    private func repeated(_ columns: [Int], _ parts: [DayName?]) -> DayColumns? {
        guard columns.count == 24, let last = columns.last, last - columns[0] == 24,
            let extra = (columns[0]...last).first(where: { !columns.contains($0) }),
            let part = parts[extra], let before = parts[extra - 1],
            part.prefix == before.prefix, part.number == before.number, part.suffix != before.suffix
        else { return nil }
        let all = Array(columns[0]...last)
        let first = parts[columns[0]]?.number ?? 0
        return DayColumns(
            columns: all,
            starts: all.map { .onClock(((parts[$0]?.number ?? 0) - first) * 3_600_000) },
            note: note(all) + ", `\(names[extra])` that of an hour that comes twice"
        )
    }

    private func note(_ columns: [Int]) -> String {
        let (first, last) = (sample.shape.names[columns[0]], sample.shape.names[columns[columns.count - 1]])
        return "each row is a day: the columns `\(first)` to `\(last)` are its \(columns.count) intervals"
    }

    /// The columns of numbers of a file without a header, if they are as many as a day has intervals.
    private func unnamed(besides day: Int) -> DayColumns? {
        let numbers = sample.indices.filter { $0 > day && sample.isMostly($0) { $0 == .number } }
        guard let perDay = DayColumns.counts[numbers.count], perDay == numbers.count,
            let first = numbers.first, let last = numbers.last, last - first + 1 == numbers.count
        else { return nil }
        let days = numbered(numbers, perDay)
        return DayColumns(
            columns: days.columns,
            starts: days.starts,
            note: days.note + "; --value or --wide says otherwise"
        )
    }

    private func unclearNumbers(_ days: DayColumns) -> ReadingsError {
        let (first, last) = (names[days.columns[0]], names[days.columns[days.columns.count - 1]])
        return ReadingsError(
            .noValueColumn,
            file: file,
            line: sample.shape.headerLine,
            "the columns `\(first)` to `\(last)` may be the \(days.columns.count) intervals of a day: then call them "
                + "`Hour 1` and so on, or 00:00 and so on, in the header; if not, --wide says that each is a meter, and "
                + "--value names those that are channels"
        )
    }
}

/// What the name of a column of a row a day says: `kWh_0030`, `HH1`, `7h`, `00:00 - 00:30`.
struct DayName {
    /// What stands before the number, in lower case without blanks and marks.
    let prefix: String
    /// The number, or the time of day in milliseconds.
    let number: Int64
    /// What stands behind the number.
    let suffix: String

    /// The time of day that a name is, or has; nil if it has none.
    init?(clock name: String) {
        let before = name.prefix { !($0.isASCII && $0.isNumber) }
        let rest = name[before.endIndex...]
        let word = rest.prefix { ($0.isASCII && $0.isNumber) || $0 == ":" || $0 == "." }
        let behind = String(rest[word.endIndex...])
        prefix = ColumnNames.plain(String(before))
        suffix = ""
        if let hour = Self.hourOfSpan(rest) {
            number = hour * 3_600_000
            return
        }
        let digits = Array(word.utf8)
        if digits.count == 4, digits.allSatisfy({ $0.digit <= 9 }), let read = Int64(word), read % 100 < 60,
            read <= 2_400, !behind.contains(where: \.isNumber)
        {
            number = (read / 100 * 60 + read % 100) * 60_000
            return
        }
        let twelve = rest.prefixMatch(of: /[0-9]{1,2}(:[0-9]{2}){0,2} ?[AaPp]\.? ?[Mm]\b\.?/)?.output.0
        guard rest.contains(":") || twelve != nil else { return nil }
        // `12:30 AM kWh` is no time of day as a whole.
        let found = [rest, twelve, word].lazy.compactMap { $0 }.compactMap { text in
            StampParts(clock: Array(text.utf8).span)?.clock
        }
        guard let clock = found.first else { return nil }
        number = clock
    }

    /// The hour of `00-01`, `7 - 8 h` or `23h-00h`; nil for other spans.
    private static func hourOfSpan(_ text: Substring) -> Int64? {
        let span = /([0-9]{1,2}) ?(?:[Hh]|Uhr)? ?[-–—_\/~～] ?([0-9]{1,2}) ?(?:[Hh]|Uhr)?/
        guard let match = text.wholeMatch(of: span), let first = Int64(match.1), let second = Int64(match.2),
            first < 24, second % 24 == (first + 1) % 24
        else { return nil }
        return first
    }

    /// The number that a name has; nil if it has none, or two.
    init?(number name: String) {
        let before = name.prefix { !($0.isASCII && $0.isNumber) }
        let rest = name[before.endIndex...]
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        let behind = rest[digits.endIndex...]
        guard (1...3).contains(digits.count), !behind.contains(where: \.isNumber), let read = Int64(digits)
        else {
            return nil
        }
        prefix = ColumnNames.plain(String(before))
        number = read
        suffix = behind.lowercased().filter { !$0.isWhitespace }
    }
}

extension DayColumns.Start {
    /// The stamp of an interval that begins so on a day.
    func stamp(on day: WrittenStamp) -> WrittenStamp {
        switch (day, self) {
        case (.local(let midnight), .onClock(let clock)): .local(midnight + clock)
        case (.local(let midnight), .sinceMidnight(let elapsed)):
            .elapsed(sinceLocal: midnight, milliseconds: elapsed)
        case (_, .onClock(let elapsed)), (_, .sinceMidnight(let elapsed)):
            .absolute(Timestamp(milliseconds: day.utc.milliseconds + elapsed))
        }
    }
}
