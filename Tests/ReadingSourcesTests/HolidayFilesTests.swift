import ReadingSources
import Readings
import TestSupport
import Testing

/// Files of holidays: iCalendar and tables.
@Suite("Files of holidays") struct HolidayFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Reads the holidays beside readings of two years.
    private func read(
        _ name: String,
        _ text: String,
        years: [String] = ["2023", "2024"]
    ) throws -> FileReadings {
        let rows = years.flatMap { year in ["\(year)-01-01 00:00,1\n", "\(year)-12-31 00:00,2\n"] }
        let path = try folder.file("site.csv", "time,kw\n" + rows.joined())
        var files = try ReadingFiles(paths: [path])
        files.holidays = try InputFiles([try folder.file(name, text)])
        return try files.readAll()
    }

    private func days(_ readings: FileReadings, until year: Int64 = 2025) -> [String] {
        (readings.holidays?.holidays.days ?? []).map {
            String(Timestamp(milliseconds: $0 * 86_400_000).description.prefix(10))
        }.filter { Int64($0.prefix(4)) ?? 0 < year }
    }

    private func name(_ readings: FileReadings, _ day: String) throws -> Name? {
        readings.holidays?.name(of: try #require(Timestamp(day)), on: .utc)
    }

    private static func event(_ lines: String...) -> String {
        (["BEGIN:VEVENT"] + lines + ["END:VEVENT"]).joined(separator: "\r\n")
    }

    private static func calendar(_ events: String...) -> String {
        (["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN"] + events + ["END:VCALENDAR", ""])
            .joined(separator: "\r\n")
    }

    #if canImport(CIcal)
    @Test("Events repeat by their rules, but on the days left out; those of several days are all of them")
    func events() throws {
        let text = Self.calendar(
            Self.event("UID:1", "DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=YEARLY", "SUMMARY:New Year"),
            Self.event(
                "UID:2",
                "DTSTART;VALUE=DATE:20221124",
                "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
                "EXDATE;VALUE=DATE:20241128",
                "SUMMARY:Thanksgiving"
            ),
            Self.event(
                "UID:3",
                "DTSTART;VALUE=DATE:20231224",
                "DTEND;VALUE=DATE:20231227",
                "SUMMARY:Christmas\\, all of it"
            ),
            Self.event("UID:4", "DTSTART:20240301T100000Z", "DTEND:20240301T110000Z", "SUMMARY:Meeting"),
            Self.event("UID:5", "DTSTART;VALUE=DATE:20240501", "STATUS:CANCELLED"),
            Self.event("UID:6", "DTSTART;VALUE=DATE:20240601", "RRULE:FREQ=YEARLY;COUNT=1")
        )
        let readings = try read("holidays.ics", text)
        #expect(
            days(readings) == [
                "2023-01-01", "2023-11-23", "2023-12-24", "2023-12-25", "2023-12-26", "2024-01-01",
                "2024-06-01",
            ]
        )
        #expect(try name(readings, "2023-12-25") == "Christmas, all of it")
        #expect(
            try name(readings, "2024-06-01T12:00:00Z") == "holiday" && name(readings, "2024-06-02") == nil
        )
        // Ten years more.
        #expect(days(readings, until: 9_999).last?.hasPrefix("2035") == true)
        let notes = readings.summary.notes.joined(separator: "\n")
        #expect(notes.contains("1 event of less than a day") && notes.contains("1 cancelled"))
    }

    @Test("A calendar that repeats without end is refused, and one without events")
    func bounds() throws {
        let endless = Self.calendar(Self.event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY"))
        #expect(throws: ReadingsError.self) { try read("a.ics", endless) }
        let many = Self.calendar(
            Array(repeating: Self.event("DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=YEARLY"), count: 5_000)
                .joined(separator: "\r\n")
        )
        let error = #expect(throws: ReadingsError.self) { try read("b.ics", many) }
        #expect(error?.code == .tooLarge && error?.sentence.contains("100000") == true)
        let none = #expect(throws: ReadingsError.self) { try read("c.ics", Self.calendar()) }
        #expect(none?.code == .noHolidays)
        let odd = Self.event("DTSTART;VALUE=DATE:20240101", "RRULE:FREQ=SECONDLY", "SUMMARY:odd")
        let nonsense = try read("d.ics", Self.calendar(odd, Self.event("DTSTART:nonsense")))
        #expect(days(nonsense) == ["2024-01-01"])
        #expect(nonsense.summary.warnings.contains { $0.contains("not understood") })
    }
    #endif

    @Test("A table has a column of days, however they are written, and perhaps one of names")
    func tables() throws {
        let plain = try read("days.csv", "date,name\n2023-12-25,Christmas Day\n2024-01-01,New Year's Day\n")
        #expect(days(plain) == ["2023-12-25", "2024-01-01"])
        #expect(try name(plain, "2024-01-01T23:00:00Z") == "New Year's Day")
        let german = "Datum;Land;Feiertag\n25.12.2023;DE;Weihnachten\n01.01.2024;DE;Neujahr\n"
        let other = try read("tage.csv", german)
        #expect(try days(other) == ["2023-12-25", "2024-01-01"] && name(other, "2024-01-01") == "Neujahr")
        let alone = try read("alone.csv", "date\n2024-05-01\n2024-12-25\n")
        #expect(try days(alone) == ["2024-05-01", "2024-12-25"] && name(alone, "2024-05-01") == "holiday")
        let compact = try read("compact.csv", "day,holiday\n20240501,May\n20241225,Christmas\n")
        #expect(days(compact) == ["2024-05-01", "2024-12-25"])
    }

    @Test("Files without days, without any in the time of the readings, and with open dates are refused")
    func refused() throws {
        let texts = [
            "name,note\nChristmas,closed\nEaster,closed\n", "date,name\n1999-01-01,old\n1999-12-25,old\n",
        ]
        for (place, text) in texts.enumerated() {
            let error = #expect(throws: ReadingsError.self) { try read("\(place).csv", text) }
            #expect(error?.code == .noHolidays)
        }
        let open = #expect(throws: ReadingsError.self) {
            try read("open.csv", "date,name\n01/02/2024,a\n03/04/2024,b\n")
        }
        #expect(open?.code == .dateOrderOpen)
        let bad = "date,name\n2024-01-01,a\n" + (1...5).map { "soon,\($0)\n" }.joined()
        #expect(throws: ReadingsError.self) { try read("bad.csv", bad) }
    }

    @Test("A list that ends before the readings do is said; several files are one")
    func ends() throws {
        let short = try read("short.csv", "date,name\n2023-05-01,May\n2023-12-25,Christmas\n")
        #expect(short.summary.warnings.contains { $0.contains("2023-12-25") && $0.contains("later years") })
        let path = try folder.file("more.csv", "date,name\n2024-12-25,Christmas\n2024-12-26,Stephen\n")
        var files = try ReadingFiles(paths: [folder.path("site.csv")])
        files.holidays = try InputFiles([folder.path("short.csv"), path])
        let both = try files.readAll()
        #expect(days(both) == ["2023-05-01", "2023-12-25", "2024-12-25", "2024-12-26"])
        #expect(!both.summary.warnings.contains { $0.contains("later years") || $0.contains("2023-12-25") })
    }
}
