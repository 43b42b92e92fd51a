internal import Readings
internal import Text

/// The days of a table of holidays: a column of days, and perhaps one of names.
struct HolidayTable {
    private(set) var days: [(day: Int64, name: Name)] = []
    /// What was left out, as sentences for people.
    private(set) var warnings: [String] = []

    private let table: TextTable
    private let evidence: [ColumnEvidence]

    /// Reads a table.
    ///
    /// - Throws: ``ReadingsError`` if it has no column of days, the order of the dates is open, most of its
    ///   rows have no day, or its rows are readings.
    init(_ table: TextTable) throws(ReadingsError) {
        self.table = table
        var evidence = table.names.map { _ in ColumnEvidence() }
        for row in table.rows {
            for (column, cell) in row.enumerated() where !cell.isEmpty {
                let bytes = Array(cell.utf8)
                evidence[column].note(bytes.span)
            }
        }
        self.evidence = evidence
        let (column, format) = try dayColumn()
        let name = nameColumn(besides: column)
        var clocks = 0
        var bad: [Int] = []
        for (place, row) in table.rows.enumerated() {
            let cell = Array(row[column].utf8)
            guard let stamp = format.read(cell.span) else {
                if !row[column].isEmpty { bad.append(place) }
                continue
            }
            let time = stamp.utc.milliseconds
            if time != time.flooredDay * CivilDate.millisecondsPerDay { clocks += 1 }
            days.append((time.flooredDay, self.name(row, name)))
        }
        try refuse(bad, column)
        try refuseReadings(clocks, column)
        sayBad(bad, column)
        if clocks > 0 {
            warnings.append(
                "\(table.path): " + clocks.counted("row has", "rows have")
                    + " a time of day, and all of the day counts"
            )
        }
    }

    private func name(_ row: [String], _ column: Int?) -> Name {
        let bytes = Array((column.map { row[$0] } ?? "").utf8)
        let kept = HistoryBuilder.text(of: bytes.span).flatMap { $0.isEmpty ? nil : $0 }
        return Name(kept.map { String($0.prefix(120)) } ?? "holiday")
    }

    // MARK: What is no holiday

    private func refuse(_ bad: [Int], _ column: Int) throws(ReadingsError) {
        guard let first = bad.first, bad.count * 2 > table.rows.count else { return }
        throw ReadingsError(
            .mostlyRejected,
            file: table.path,
            line: table.lines[first],
            column: table.names[column],
            "`\(table.rows[first][column].prefix(40))` in the column `\(table.names[column])` is no day, nor are "
                + "\(bad.count) of \(table.rows.count) cells; write days as 2024-12-25"
        )
    }

    /// Refuses a file of readings, whose times are days too.
    ///
    /// - Parameter clocks: how many rows have a time of day.
    private func refuseReadings(_ clocks: Int, _ column: Int) throws(ReadingsError) {
        var why: (column: Int, sentence: String)?
        let distinct = Set(days.map(\.day))
        if clocks * 2 > days.count {
            why = (
                column, "most cells of `\(table.names[column])` have a time of day, and a holiday is a day"
            )
        } else if let measured = table.names.indices.first(where: { $0 != column && isMeasured($0) }) {
            why = (measured, "the column `\(table.names[measured])` holds numbers with decimals")
        } else if let first = distinct.min(), let last = distinct.max(),
            last - first >= Self.fewestDays, Int64(distinct.count) * 2 > last - first
        {
            why = (column, "more than half of the days from its first to its last are in it")
        }
        guard let why else { return }
        throw ReadingsError(
            .noHolidays,
            file: table.path,
            column: table.names[why.column],
            "looks like a file of readings and no list of holidays: \(why.sentence); give readings with --from, and "
                + "holidays as `date,name` with `2024-12-25,Christmas Day`"
        )
    }

    /// From so many days on, no list of holidays has most of them.
    private static let fewestDays: Int64 = 60

    /// Whether most cells of a column are numbers with decimals.
    private func isMeasured(_ column: Int) -> Bool {
        let measured = table.rows.count { row in
            guard let number = DecimalNumber.read(whole: Array(row[column].utf8).span, .pointOrComma) else {
                return false
            }
            return number != number.rounded()
        }
        return measured * 2 > table.rows.count
    }

    private mutating func sayBad(_ bad: [Int], _ column: Int) {
        if let first = bad.first {
            let word = table.rows[first][column].prefix(40)
            let more = bad.count > 1 ? " (there are \(bad.count) such rows)" : ""
            warnings.append(
                "\(table.path):\(table.lines[first]): `\(word)` is no day, and the row is left out\(more)"
            )
        }
        if let first = table.rejected.first {
            let more = table.rejected.count > 1 ? " (there are \(table.rejected.count) such rows)" : ""
            warnings.append(
                "\(table.path):\(first): the row has other fields than the header, and is left out\(more)"
            )
        }
    }

    // MARK: Columns

    /// The first column of days, and how they are written.
    private func dayColumn() throws(ReadingsError) -> (Int, StampFormat) {
        for column in evidence.indices {
            switch evidence[column].stampReading() {
            case .one(let format): return (column, format)
            case .ambiguousZone(let format, _): return (column, format)
            case .open(_, let example):
                throw ReadingsError(
                    .dateOrderOpen,
                    file: table.path,
                    column: table.names[column],
                    "`\(example)` may have the day or the month first; write the days as 2024-12-25"
                )
            case .no: continue
            }
        }
        throw ReadingsError(
            .noHolidays,
            file: table.path,
            "is neither an iCalendar nor a table with a column of days, such as `date,name` with `2024-12-25,Christmas Day`"
        )
    }

    private func nameColumn(besides day: Int) -> Int? {
        let texts = table.names.indices.filter { column in
            guard column != day, case .no = evidence[column].stampReading() else { return false }
            return evidence[column].words.total * 2 > evidence[column].present && evidence[column].present > 0
        }
        let called = texts.first { ColumnNames.holiday.contains(ColumnNames.plain(table.names[$0])) }
        return called ?? texts.first
    }
}
