internal import Readings
internal import Text

/// Reads files of holidays: iCalendar, or a table with a column of days.
struct HolidayFiles {
    private let days: ClosedRange<Int64>
    private(set) var found: [(day: Int64, name: Name)] = []
    private(set) var notes: [String] = []
    /// What looks like a mistake, as sentences for people.
    private(set) var warnings: [String] = []

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
        var parts: [String] = []
        if let first = taken.map(\.day).min(), let last = taken.map(\.day).max() {
            parts.append(
                Set(taken.map(\.day)).count.counted("holiday", "holidays")
                    + ", \(first.dateOfDay) to \(last.dateOfDay)"
            )
        } else {
            parts.append("no holiday from \(days.lowerBound.dateOfDay) to \(days.upperBound.dateOfDay)")
        }
        let outside = found.count - taken.count
        if outside > 0 {
            parts.append(outside.counted("is", "are") + " left out, before the readings or years after them")
        }
        notes.append("\(file): " + (parts + remarks).joined(separator: "; "))
    }

    private mutating func readCalendar(_ input: InputFile) throws(ReadingsError) {
        let calendar = try HolidayEvents(Self.text(input), days: days, file: input.name)
        take(calendar.days, of: input.name, calendar.remarks)
        warnings += calendar.warnings
    }

    private mutating func readTable(_ input: InputFile) throws(ReadingsError) {
        let table = try HolidayTable(TextTable(input))
        take(table.days, of: input.name, [])
        warnings += table.warnings
    }
}

extension Int64 {
    /// A day since 1970-01-01 as it is written, such as `2024-12-25`.
    fileprivate var dateOfDay: String {
        String(Timestamp(milliseconds: self * CivilDate.millisecondsPerDay).description.prefix(10))
    }

    /// The day of a time in milliseconds.
    var flooredDay: Int64 {
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
        summary.warnings += reader.warnings
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
