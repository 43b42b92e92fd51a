// Debian's libical reads iCalendar. A build without it says so where it meets such a file.

internal import Readings

#if canImport(CIcal)
internal import CIcal
#endif

/// The days of the events of an iCalendar.
struct HolidayEvents {
    fileprivate(set) var days: [(day: Int64, name: Name)] = []
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
    /// - Throws: ``ReadingsError`` with `noHolidays` if it has no events, `tooLarge` if it has too many.
    init(_ text: [UInt8], days wanted: ClosedRange<Int64>, file: String) throws(ReadingsError) {
        var counts = CIcalCounts()
        let bytes = text.map { CChar(bitPattern: $0) } + [0]
        let (first, last) = (wanted.lowerBound, wanted.upperBound)
        let outcome = withUnsafeMutablePointer(to: &self) { events in
            cical_days(bytes, first, last, Self.limit, Self.take, events, &counts)
        }
        remarks = Self.remarks(counts)
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

    private static func remarks(_ counts: CIcalCounts) -> [String] {
        let parts: [(Int32, String)] = [
            (counts.partial, "events of less than a day are left out"),
            (counts.cancelled, "cancelled events are left out"),
            (counts.undated, "events without a day, or of more than a year, are left out"),
            (counts.unknown_rules, "events repeat by a rule that is not understood; their first day counts"),
            (counts.moved, "events move a day of another one, whose own day counts too"),
            (counts.errors, "lines cannot be read"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
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
