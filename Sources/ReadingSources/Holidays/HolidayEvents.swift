// Debian's libical reads iCalendar. A build without it says so where it meets such a file.

internal import Readings

#if canImport(CIcal)
internal import CIcal
internal import Text
#endif

/// The days of the events of an iCalendar.
struct HolidayEvents {
    fileprivate(set) var days: [(day: Int64, name: Name)] = []
    /// How many rules of repetition were understood of each event, by its number.
    fileprivate var rules: [Int: Int] = [:]
    /// What looks like a mistake, as sentences.
    private(set) var warnings: [String] = []
    /// What was left out, as parts of a sentence.
    private(set) var remarks: [String] = []

    #if canImport(CIcal)
    /// The most events and repetitions of a file.
    private static let limit: Int32 = 100_000

    /// Reads a calendar.
    ///
    /// - Parameters:
    ///   - text: the file, in UTF-8.
    ///   - wanted: the days that are wanted.
    /// - Throws: ``ReadingsError`` with `noHolidays` if it has no events, `tooLarge` if it has too many,
    ///   `calendarTruncated` if its end is missing.
    init(_ text: [UInt8], days wanted: ClosedRange<Int64>, file: String) throws(ReadingsError) {
        let lines = CalendarLines(text)
        if let cut = lines.cut {
            throw ReadingsError(.calendarTruncated, file: file, line: lines.lastLine, cut)
        }
        var counts = CIcalCounts()
        let bytes = text.map { CChar(bitPattern: $0) } + [0]
        let (first, last) = (wanted.lowerBound, wanted.upperBound)
        let outcome = withUnsafeMutablePointer(to: &self) { events in
            cical_days(bytes, first, last, Self.limit, Self.take, Self.note, events, &counts)
        }
        remarks = Self.remarks(counts)
        warnings = lines.warnings(ofRules: rules, file: file)
        switch Int(outcome) {
        case Int(CICAL_READ): return
        case Int(CICAL_TOO_MANY):
            throw ReadingsError(
                .tooLarge,
                file: file,
                "has more than \(Self.limit) events and repetitions; leave out what are no holidays"
            )
        default: throw ReadingsError(.noHolidays, file: file, "is an iCalendar without events")
        }
    }

    /// Takes the days of an event.
    private static let take: CIcalTake = { context, day, count, name in
        guard let events = context?.assumingMemoryBound(to: HolidayEvents.self) else { return }
        let text = name.map { String(cString: $0).prefix(120) } ?? ""
        let plain = text.map { letter in
            letter.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f } ? " " : letter
        }
        let called = Name(plain.isEmpty ? "holiday" : String(plain))
        for offset in 0..<Int64(count) { events.pointee.days.append((day + offset, called)) }
    }

    /// Takes how many rules of an event are understood.
    private static let note: CIcalRules = { context, event, rules in
        context?.assumingMemoryBound(to: HolidayEvents.self).pointee.rules[Int(event)] = Int(rules)
    }

    private static func remarks(_ counts: CIcalCounts) -> [String] {
        let parts: [(count: Int32, one: String, many: String)] = [
            (
                counts.partial, "event of less than a day is left out",
                "events of less than a day are left out"
            ),
            (counts.cancelled, "cancelled event is left out", "cancelled events are left out"),
            (
                counts.undated, "event without a day, or of more than a year, is left out",
                "events without a day, or of more than a year, are left out"
            ),
            (counts.errors, "line cannot be read", "lines cannot be read"),
        ]
        return parts.filter { $0.count > 0 }.map { Int($0.count).counted($0.one, $0.many) }
    }
    #else
    /// - Throws: ``ReadingsError`` with `noHolidays`: the program was built without libical.
    init(_ text: [UInt8], days wanted: ClosedRange<Int64>, file: String) throws(ReadingsError) {
        throw ReadingsError(
            .noHolidays,
            file: file,
            "is an iCalendar, and this program was built without libical: install Debian's libical-dev and build it "
                + "again, or write the days as a table, `date,name`"
        )
    }
    #endif
}
