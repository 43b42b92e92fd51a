internal import Readings
internal import Text

/// Reads files of holidays: iCalendar, or a table with a column of days.
struct HolidayFiles {
    private let days: ClosedRange<Int64>
    private(set) var found: [(day: Int64, name: Name)] = []
    private(set) var notes: [String] = []

    /// The largest file; it is in memory as a whole.
    private static let largest = 16 << 20

    /// - Parameter days: the days that are wanted, in days since 1970-01-01; others are passed over.
    init(days: ClosedRange<Int64>) {
        self.days = days
    }

    /// Reads a file.
    ///
    /// - Throws: ``ReadingsError`` for a file that cannot be read, or has no holidays at all.
    mutating func read(_ input: InputFile) throws(ReadingsError) {
        if try Self.isCalendar(input) {
            try readCalendar(input)
        } else {
            try readTable(input)
        }
    }

    private static func isCalendar(_ input: InputFile) throws(ReadingsError) -> Bool {
        var source = try TextSource.opening(input, encoding: nil)
        var block = [UInt8](repeating: 0, count: 64)
        let count = try Self.read(&source, &block)
        let start = String(decoding: block[..<count].drop(while: \.isBlank).prefix(15), as: UTF8.self)
        return start.uppercased() == "BEGIN:VCALENDAR"
    }

    private static func read(
        _ source: inout TextSource,
        _ block: inout [UInt8]
    ) throws(ReadingsError) -> Int {
        try block.withUnsafeMutableBufferPointer { (bytes) throws(ReadingsError) in
            try source.read(into: bytes)
        }
    }

    private static func text(_ input: InputFile) throws(ReadingsError) -> [UInt8] {
        var source = try TextSource.opening(input, encoding: nil)
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try read(&source, &block)
            guard count > 0 else { return text }
            text += block[..<count]
            guard text.count <= largest else {
                throw ReadingsError(.tooLarge, file: input.name, "a file of holidays has at most 16 MiB")
            }
        }
    }

    private mutating func take(_ found: [(day: Int64, name: Name)], of file: String, _ remarks: [String]) {
        let taken = found.filter { days.contains($0.day) }
        self.found += taken
        notes.append(
            "\(file): \(Set(taken.map(\.day)).count) holidays from \(days.lowerBound.dateOfDay) to "
                + days.upperBound.dateOfDay
                + (remarks.isEmpty ? "" : "; " + remarks.joined(separator: ", "))
        )
    }

    // MARK: Calendars

    private mutating func readCalendar(_ input: InputFile) throws(ReadingsError) {
        let calendar = try HolidayEvents(Self.text(input), days: days, file: input.name)
        take(calendar.days, of: input.name, calendar.remarks)
    }

    // MARK: Tables

    private mutating func readTable(_ input: InputFile) throws(ReadingsError) {
        let table = try TextTable(input)
        var evidence = table.names.map { _ in ColumnEvidence() }
        for row in table.rows {
            for (column, cell) in row.enumerated() where !cell.isEmpty {
                let bytes = Array(cell.utf8)
                evidence[column].note(bytes.span)
            }
        }
        let (column, format) = try dayColumn(table, evidence)
        let name = nameColumn(table, evidence, besides: column)
        var read: [(day: Int64, name: Name)] = []
        var bad: [String] = []
        for row in table.rows {
            let cell = Array(row[column].utf8)
            guard let stamp = format.read(cell.span) else {
                if !row[column].isEmpty { bad.append(row[column]) }
                continue
            }
            let day = stamp.utc.milliseconds.flooredDay
            let text = name.map { row[$0] } ?? ""
            let bytes = Array(text.utf8)
            let kept = HistoryBuilder.text(of: bytes.span).flatMap { $0.isEmpty ? nil : $0 }
            read.append((day, Name(kept.map { String($0.prefix(120)) } ?? "holiday")))
        }
        guard bad.count * 2 <= table.rows.count else {
            throw ReadingsError(
                .mostlyRejected,
                file: table.path,
                column: table.names[column],
                "\(bad.count) of \(table.rows.count) rows have no day, such as `\(bad[0].prefix(40))`"
            )
        }
        let skipped = bad.count + table.rejected.count
        take(read, of: table.path, skipped > 0 ? ["\(skipped) rows cannot be read"] : [])
    }

    /// The first column of days, and how they are written.
    private func dayColumn(
        _ table: TextTable,
        _ evidence: [ColumnEvidence]
    ) throws(ReadingsError) -> (Int, StampFormat) {
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

    private func nameColumn(_ table: TextTable, _ evidence: [ColumnEvidence], besides day: Int) -> Int? {
        let texts = table.names.indices.filter { column in
            guard column != day, case .no = evidence[column].stampReading() else { return false }
            return evidence[column].words.total * 2 > evidence[column].present && evidence[column].present > 0
        }
        let called = texts.first { ColumnNames.holiday.contains(ColumnNames.plain(table.names[$0])) }
        return called ?? texts.first
    }
}

extension Int64 {
    /// A day since 1970-01-01 as it is written, such as `2024-12-25`.
    fileprivate var dateOfDay: String {
        String(Timestamp(milliseconds: self * CivilDate.millisecondsPerDay).description.prefix(10))
    }

    /// The day of a time in milliseconds.
    fileprivate var flooredDay: Int64 {
        let day = CivilDate.millisecondsPerDay
        return (self - ((self % day) + day) % day) / day
    }
}

extension FileReadings {
    /// The years after the last reading for which holidays are kept: readings will be pushed.
    private static let yearsAhead: Int64 = 10

    /// Reads the holidays of the time of the readings, and of ten years more.
    ///
    /// - Throws: ``ReadingsError`` for the first file that cannot be read, and with `noHolidays` if none of
    ///   them has one in this time.
    mutating func addHolidays(of files: InputFiles) throws(ReadingsError) {
        guard let first = summary.first, let last = summary.last else { return }
        let end = last.milliseconds.flooredDay + Self.yearsAhead * 366
        var reader = HolidayFiles(days: first.milliseconds.flooredDay - 1...end)
        for input in files.files { try reader.read(input) }
        summary.notes += reader.notes
        guard !reader.found.isEmpty else {
            throw ReadingsError(
                .noHolidays,
                file: files.paths.first,
                "has no holiday from \(first) on, when the readings begin"
            )
        }
        let calendar = HolidayCalendar(reader.found)
        if let span = calendar.span, let known = calendar.lastKnown, known < last.milliseconds.flooredDay {
            summary.warnings.append(
                "the last holiday is \(span.upperBound.dateOfDay), and the readings go on to \(last): "
                    + "give a file of the later years too"
            )
        }
        holidays = calendar
    }
}
