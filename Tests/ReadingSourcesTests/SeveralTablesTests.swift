import ReadingSources
import Readings
import TestSupport
import Testing

/// Files that hold more than one table, or whose names say that they belong together.
@Suite("Several tables and files") struct SeveralTablesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Rows of hours from the 6th of May 2024 on.
    private func rows(_ hours: Range<Int>, of day: Int = 6) -> [String] {
        hours.map { hour in
            let clock = hour % 24 < 10 ? "0\(hour % 24)" : "\(hour % 24)"
            return "2024-05-0\(day + hour / 24) \(clock):00,0.\(10 + hour * 7 % 90)"
        }
    }

    private func refusal(_ text: String, _ choice: ColumnChoice = ColumnChoice()) throws -> ReadingsError? {
        do {
            _ = try folder.read(text, choice)
            return nil
        } catch let error as ReadingsError {
            return error
        }
    }

    @Test(
        "Another table below a title is refused with the title's line",
        arguments: ["Gas (m3)\n", "Gas (m3),\n", "\nMeter 2\ntime,kW\n", "*** Forecast ***\n"]
    )
    func anotherTable(title: String) throws {
        let text = "time,kW\n" + (rows(0..<30) + [""]).joined(separator: "\n") + title
        let error = try refusal(text + rows(10..<40).joined(separator: "\n") + "\n")
        #expect(error?.code == .headerMalformed && error?.sentence.contains("begin anew") == true)
        #expect(error?.line == 32 + (title.hasPrefix("\n") ? 1 : 0))
    }

    @Test("Rows that go on below a title are read, and the title's line is named")
    func pageTitle() throws {
        let text = "time,kW\n" + rows(0..<30).joined(separator: "\n") + "\nPage 2\n"
        let (summary, histories) = try folder.read(text + rows(30..<60).joined(separator: "\n") + "\n")
        #expect(histories.map(\.count) == [60] && summary.rejected == 1)
        #expect(summary.warnings.contains { $0.contains(":32: `Page 2` stands alone in this line, and") })
    }

    @Test("A line below the last row, and one above the first, are no titles")
    func noTitles() throws {
        let (summary, _) = try folder.read(
            "time,kW\nlocal,\n" + rows(0..<30).joined(separator: "\n") + "\nEnd of file\n"
        )
        #expect(summary.accepted == 30)
        #expect(!summary.warnings.contains { $0.contains("stands alone") }, "\(summary.warnings)")
    }

    @Test("A line of a log between rows, and one row that goes back, refuse nothing")
    func restarted() throws {
        let text = "time,kW\n" + rows(0..<30).joined(separator: "\n") + "\n--- logger restarted ---\n"
        let (summary, histories) = try folder.read(text + rows(28..<60).joined(separator: "\n") + "\n")
        #expect(histories.map(\.count) == [60] && summary.duplicates == 2)
        #expect(summary.warnings.contains { $0.contains("logger restarted") })
    }

    @Test("In a file of several meters a line of text alone is a bad row")
    func meters() throws {
        let one = rows(0..<20).map { "a," + $0 }.joined(separator: "\n")
        let other = rows(0..<20).map { "b," + $0 }.joined(separator: "\n")
        let (summary, histories) = try folder.read("meter,time,kW\n\(one)\nSecond\n\(other)\n")
        #expect(histories.map(\.count) == [20, 20] && summary.rejected == 1)
    }

    @Test("A span among single times is the sum of a month, and no reading of its start")
    func sumOfSpan() throws {
        let text =
            "time,kWh\n" + rows(0..<48).joined(separator: "\n")
            + "\n2024-05-06 00:00 - 2024-05-08 00:00,31.5\n"
        let (summary, histories) = try folder.read(text)
        #expect(histories[0].values[0] == 0.1 && summary.accepted == 48 && summary.rejected == 1)
        #expect(summary.notes.contains { $0.contains("a span of time is no time") })
    }

    @Test("Series side by side with times of their own are refused, unless one is asked for")
    func sideBySide() throws {
        // Every second hour, so that the two run apart.
        let other = rows(3..<63, of: 6).enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        let text =
            "A time,A kW,B time,B kW\n"
            + zip(rows(0..<30), other).map { "\($0),\($1)" }.joined(separator: "\n")
        let error = try refusal(text + "\n")
        #expect(error?.code == .rowsNotTold && error?.column == "B time", "\(String(describing: error))")
        #expect(error?.sentence.contains("--time 'A time' --value 'A kW'") == true)
        var choice = ColumnChoice()
        choice.time = "B time"
        choice.values = ["B kW"]
        let (_, histories) = try folder.read(text + "\n", choice)
        #expect(histories.map(\.count) == [30] && histories[0].values[1] == 0.45)
    }

    @Test(
        "Times of the same rows beside the first are no series of their own",
        arguments: [
            ("time,kW,end,temp", 3_600_000), ("utc,kW,local,temp", 7_200_000),
            ("time,kW,received,temp", 41_000),
        ]
    )
    func sameRows(header: String, later: Int64) throws {
        let rows = (0..<30).map { hour in
            let time = Timestamp(milliseconds: 1_714_953_600_000 + Int64(hour) * 3_600_000)
            let other = Timestamp(milliseconds: time.milliseconds + later + Int64(hour % 5) * 1_000)
            return "\(time),0.\(hour + 10),\(other),2\(hour % 10).5"
        }
        let (summary, _) = try folder.read(header + "\n" + rows.joined(separator: "\n") + "\n")
        #expect(summary.channels == ["kW", "temp"] && summary.accepted == 30)
    }

    @Test("The time of a day's peak, and the end of a long interval, are of the day")
    func timeOfPeak() throws {
        let rows = (0..<25).map { day in
            let date = "2024-05-\(day < 9 ? "0" : "")\(day + 1)"
            return "\(date),\(day % 7).5,\(date) 1\(day % 9):15,\(day % 5).25"
        }
        let (summary, _) = try folder.read(
            "Date,kWh,Peak Time,Peak kW\n" + rows.joined(separator: "\n") + "\n"
        )
        #expect(summary.channels == ["kWh", "Peak kW"] && summary.accepted == 25)
    }

    @Test(
        "Files whose names differ in a date of any spelling are one meter",
        arguments: [
            ["load_Jan2024", "load_Feb2024", "load"], ["2024Q1 mill", "2024Q2 mill", "mill"],
            ["20240506", "20240507", "meter"], ["w_20240506093011", "w_20240507093012", "w"],
            ["Verbrauch Mai 2024", "Verbrauch Juni 2024", "Verbrauch"], ["kw18_2024-x", "kw19_2024-x", "x"],
            ["a 2024-05-06_09-30-11", "a 2024-05-07_09-30-12", "a"],
        ]
    )
    func datedNames(names: [String]) throws {
        let paths = try names.prefix(2).enumerated().map { place, name in
            let body = rows(0..<24, of: 6 + place).joined(separator: "\n")
            return try folder.file(name + ".csv", "time,kW\n\(body)\n")
        }
        let (summary, histories) = try ReadingFiles(paths: paths).read()
        #expect(histories.map(\.meter.text) == [names[2]] && histories[0].count == 48, "\(summary.notes)")
    }

    @Test(
        "Names that differ in something else are those of different meters",
        arguments: [
            ["pump_20240506_0042", "pump_20240507_0043"], ["marina2", "marina3"], ["Mayer 1", "Mayer 2"],
        ]
    )
    func otherNames(names: [String]) throws {
        let paths = try names.enumerated().map { place, name in
            let body = rows(0..<24, of: 6 + place).joined(separator: "\n")
            return try folder.file(name + ".csv", "time,kW\n\(body)\n")
        }
        #expect(try ReadingFiles(paths: paths).read().histories.count == 2)
    }
}
