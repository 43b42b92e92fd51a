import ReadingSources
import Readings
import TestSupport
import Testing

/// Files of holidays that are damaged, or are something else.
@Suite("What is said of files of holidays")
struct HolidayMessageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ name: String, _ text: String) throws -> FileReadings {
        let path = try folder.file("site.csv", "time,kw\n2023-01-01 00:00,1\n2024-12-31 00:00,2\n")
        var files = try ReadingFiles(paths: [path])
        files.holidays = try InputFiles([try folder.file(name, text)])
        return try files.readAll()
    }

    private func error(_ name: String, _ text: String) -> ReadingsError? {
        #expect(throws: ReadingsError.self) { try read(name, text) }
    }

    private func days(_ readings: FileReadings) -> [String] {
        (readings.holidays?.holidays.days ?? []).map {
            String(Timestamp(milliseconds: $0 * 86_400_000).description.prefix(10))
        }.filter { $0 < "2025" }
    }

    #if canImport(CIcal)
    private static let calendar = """
        BEGIN:VCALENDAR
        VERSION:2.0
        BEGIN:VEVENT
        UID:1
        DTSTART;VALUE=DATE:20240101
        SUMMARY:New
          Year
        END:VEVENT
        BEGIN:VEVENT
        UID:two
        DTSTART;VALUE=DATE:20240501
        END:VEVENT
        END:VCALENDAR

        """

    @Test("A calendar that is cut off is refused with the line, wherever it is cut")
    func cut() throws {
        #expect(try days(read("whole.ics", Self.calendar)) == ["2024-01-01", "2024-05-01"])
        let lines = Self.calendar.split(separator: "\n", omittingEmptySubsequences: false)
        for count in 1...12 {
            let text = lines.prefix(count).joined(separator: "\r\n")
            let found = try #require(error("cut\(count).ics", text))
            #expect(found.code == .calendarTruncated && found.line == count, "\(count): \(found)")
            let part = [3, 4, 5, 6, 7, 9, 10, 11].contains(count) ? "VEVENT" : "VCALENDAR"
            #expect(found.sentence.contains("no END:\(part)"), "\(count): \(found)")
        }
        let inner = Self.calendar.replacing("END:VEVENT\nEND", with: "END")
        let found = try #require(error("inner.ics", inner))
        #expect(found.code == .calendarTruncated && found.sentence.contains("VEVENT that begins in line 9"))
    }

    @Test("A rule that is not understood is named with its line and its event")
    func rules() throws {
        let odd = Self.calendar.replacing("UID:1\n", with: "UID:1\nRRULE:FREQ=SECONDLY\n")
            .replacing("UID:two\n", with: "UID:two\nRRULE:EVERY YEAR\n")
        let readings = try read("odd.ics", odd)
        #expect(days(readings) == ["2024-01-01", "2024-05-01"])
        let warnings = readings.summary.warnings.filter { $0.contains("RRULE") }
        #expect(warnings.count == 2)
        #expect(warnings.first?.contains("odd.ics:5: `New Year`") == true, "\(warnings)")
        #expect(warnings.last?.contains("odd.ics:12: `two`") == true, "\(warnings)")
        let good = Self.calendar.replacing("UID:1\n", with: "UID:1\nRRULE:FREQ=YEARLY\n")
        #expect(try !read("good.ics", good).summary.warnings.contains { $0.contains("RRULE") })
    }

    @Test("An event that moves a day of another one takes its place, and a cancelled one takes it away")
    func moved() throws {
        func event(_ lines: String...) -> String {
            (["BEGIN:VEVENT"] + lines + ["END:VEVENT"]).joined(separator: "\n")
        }
        let yearly = ["UID:king", "DTSTART;VALUE=DATE:20230427", "RRULE:FREQ=YEARLY;COUNT=2"]
        let events = [
            event(yearly[0], yearly[1], yearly[2]),
            event("UID:king", "RECURRENCE-ID;VALUE=DATE:20240427", "DTSTART;VALUE=DATE:20240426"),
            event("UID:other", "DTSTART;VALUE=DATE:20240427", "SUMMARY:Another"),
            event("UID:gone", "DTSTART;VALUE=DATE:20230601", "RRULE:FREQ=YEARLY;COUNT=2"),
            event(
                "UID:gone",
                "RECURRENCE-ID;VALUE=DATE:20230601",
                "DTSTART;VALUE=DATE:20230601",
                "STATUS:CANCELLED"
            ),
        ]
        func calendar(_ events: [String]) -> String {
            (["BEGIN:VCALENDAR"] + events + ["END:VCALENDAR", ""]).joined(separator: "\n")
        }
        for (name, order) in [("a.ics", events), ("b.ics", events.reversed())] {
            let found = try days(read(name, calendar(order)))
            #expect(found == ["2023-04-27", "2024-04-26", "2024-04-27", "2024-06-01"])
        }
        let without = try days(read("c.ics", calendar([events[0], events[1]])))
        #expect(without == ["2023-04-27", "2024-04-26"])
    }
    #endif

    @Test("The days that were found are said, and not those that were looked for")
    func span() throws {
        let found = try read("d.csv", "date,name\n2023-05-01,May\n2024-12-25,Christmas\n1999-01-01,old\n")
        let note = try #require(found.summary.notes.first { $0.contains("d.csv") })
        #expect(note.contains("2 holidays, 2023-05-01 to 2024-12-25; 1 is left out, before the readings"))
    }

    @Test("A row that cannot be read is named with file and line")
    func badRows() throws {
        let text =
            "date,name\n2023-05-01,May\nsoon,later\n2024-12-25,Christmas\n2024-12-26,a,b,c\n2024-05-01,May\n"
        let found = try read("days.csv", text)
        #expect(days(found) == ["2023-05-01", "2024-05-01", "2024-12-25"])
        #expect(found.summary.warnings.contains { $0.contains("days.csv:3: `soon` is no day") })
        #expect(found.summary.warnings.contains { $0.contains("days.csv:5: the row has other fields") })
        let bad = try #require(
            error("bad.csv", "date,name\n2024-01-01,a\n" + "soon,x\n2024-01-02,c\nlater,y\nnever,z\n")
        )
        #expect([.mostlyRejected, .noHolidays].contains(bad.code))
        let halves = try read(
            "halves.csv",
            "date,name\n2023-05-01,May\n2023-12-24 14:00,Eve\n2024-05-01,May\n"
        )
        #expect(halves.summary.warnings.contains { $0.contains("1 row has a time of day") })
    }

    @Test(
        "A file of readings is refused",
        arguments: [
            (0..<48).map { "m1,2024-01-0\(1 + $0 / 24) \($0 % 24 < 10 ? "0" : "")\($0 % 24):00,\($0)" },
            (1...28).map { "m1,2024-01-\($0 < 10 ? "0" : "")\($0),\($0).25" },
            (0..<90).map { day in
                "m1,\(Timestamp(milliseconds: (19_723 + Int64(day)) * 86_400_000).description.prefix(10)),\(day)"
            },
        ]
    )
    func readings(rows: [String]) throws {
        let text = "meter,time,kwh\n" + rows.joined(separator: "\n") + "\n"
        let found = try #require(error("readings.csv", text))
        #expect(found.code == .noHolidays && found.sentence.contains("looks like a file of readings"))
        #expect(found.column != nil && found.file?.hasSuffix("readings.csv") == true)
    }

    @Test("A list of school holidays, day by day, is none of them")
    func vacation() throws {
        let rows = (1...30).map { "2024-07-\($0 < 10 ? "0" : "")\($0),Summer,2024,\($0)" }
        let found = try read("school.csv", "date,name,year,nr\n" + rows.joined(separator: "\n") + "\n")
        #expect(days(found).count == 30)
    }
}
