import ReadingSources
import Readings
import TestSupport
import Testing

/// Columns beside the dates that tell a part of the time: AM and PM, minutes, seconds, days of the week.
@Suite("Parts of the time in columns of their own") struct TimePartsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let dates = ["01/13/2024", "01/14/2024", "01/15/2024"]

    private func text(_ header: String, _ cells: [String], mark: String = ",") -> String {
        var text = header + "\n"
        for date in Self.dates {
            for (place, cell) in cells.enumerated() { text += "\(date)\(mark)\(cell),\(place % 7).5\n" }
        }
        return text
    }

    private func areEven(_ history: MeterHistory, _ step: Int64 = 3_600_000) -> Bool {
        zip(history.times, history.times.dropFirst()).allSatisfy { $1.milliseconds - $0.milliseconds == step }
    }

    private static func twelve(_ hour: Int) -> Int { hour % 12 == 0 ? 12 : hour % 12 }

    @Test(
        "AM and PM beside the hours of a clock of twelve",
        arguments: ["Date,Time,AM/PM,x", "Date,Hour,AMPM,x", "Date,Time,half,x", "Time,AM/PM,x"]
    ) func halves(header: String) throws {
        let cells = (0..<24).map { hour in
            let clock = "\(Self.twelve(hour))" + (header.contains("Hour") ? "" : ":00")
            return "\(clock),\(hour < 12 ? "a.m." : "p.m.")"
        }
        let (summary, histories) = try folder.read(
            text(header, cells, mark: header.hasPrefix("Time") ? " " : ",")
        )
        #expect(histories.count == 1 && summary.accepted == 72 && summary.channels == ["x"])
        #expect(areEven(histories[0]) && summary.outOfOrder == 0)
        #expect(histories[0].times.first?.description == "2024-01-13T00:00:00Z")
        #expect(summary.notes.contains { $0.contains("AM or PM") })
    }

    @Test("Beside hours of 24 it says nothing; a letter that is called otherwise is no half")
    func noHalves() throws {
        let cells = (0..<24).map { "\($0):00,\($0 < 12 ? "AM" : "PM")" }
        let (summary, histories) = try folder.read(text("Date,Time,AM/PM,x", cells))
        #expect(histories.count == 1 && areEven(histories[0]))
        #expect(summary.files[0].columns.leftOut.contains { $0.reason.contains("half of the day") })
        let marks = (0..<12).map { "\($0):00,\($0 % 2 == 0 ? "A" : "P")" }
        let (_, others) = try folder.read(text("Date,Time,Quality,x", marks))
        #expect(others[0].times[1].description == "2024-01-13T01:00:00Z")
    }

    @Test("Hours, minutes and seconds", arguments: [1, 10, 60])
    func seconds(step: Int) throws {
        var text = "Date,Hour,Minute,Second,x\n"
        for count in 0..<1_500 {
            let second = count * step
            text += "2024-01-13,\(second / 3_600),\(second / 60 % 60),\(second % 60),\(count % 7).5\n"
        }
        let (summary, histories) = try folder.read(text)
        #expect(histories.count == 1 && summary.accepted == 1_500 && summary.channels == ["x"])
        #expect(areEven(histories[0], Int64(step) * 1_000))
    }

    @Test("A least value beside a largest one is no minute")
    func minimum() throws {
        let cells = (0..<24).map { "\($0),\($0 % 5),\($0 % 5 + 20)" }
        let (summary, histories) = try folder.read(text("Date,Hour,Min,Max,x", cells))
        #expect(summary.channels == ["Min", "Max", "x"] && areEven(histories[0]))
    }

    @Test("Hours, minutes and seconds as one number without leading zeros", arguments: [15, 30, 60])
    func oneNumber(step: Int) throws {
        let cells = (0..<1_440 / step).map { "\($0 * step / 60 * 10_000 + $0 * step % 60 * 100)" }
        for name in ["Time", "T"] {
            let (summary, histories) = try folder.read(text("Date,\(name),x", cells))
            #expect(histories.count == 1 && summary.accepted == 3 * cells.count)
            #expect(areEven(histories[0], Int64(step) * 60_000))
        }
    }

    @Test("Numbers of six digits are no times of day")
    func identifiers() throws {
        let (_, histories) = try folder.read(text("Date,meter_no,x", (0..<20).map { "1201\($0 + 10)" }))
        #expect(histories.count == 20)
    }

    @Test("A column called like a time of day that cannot be read is no meter")
    func unreadable() throws {
        let cells = ["dawn", "noon", "dusk"]
        let error = #expect(throws: ReadingsError.self) { try folder.read(text("Date,Time,x", cells)) }
        #expect(error?.column == "Time" && error?.sentence.contains("--clock Time") == true)
    }

    @Test("Days of the week, and what is the same on the same of them, name no meter")
    func weekdays() throws {
        let days = ["Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri"]
        let rows = (0..<19).flatMap { day in
            ["00:00", "08:00", "16:00"].map { (date: "2024-01-\(13 + day)", clock: $0, day: day % 7) }
        }
        // Sorted by the day of the week, the times begin anew with each.
        let sorted = rows.sorted { ($0.day, $0.date, $0.clock) < ($1.day, $1.date, $1.clock) }
        for (name, word) in [("Weekday", { days[$0] }), ("place", { $0 < 2 ? "free" : "work" })]
            as [(String, (Int) -> String)]
        {
            let text =
                "\(name),time,x\n" + sorted.map { "\(word($0.day)),\($0.date) \($0.clock),1.5\n" }.joined()
            #expect(try folder.read(text).histories.count == 1)
        }
    }

    @Test("The midnights of a local clock as moments, with the hour beside them")
    func midnights() throws {
        var text = "date,hour,x\n"
        for day in 12...16 {
            for hour in 1...24 { text += "2024-01-\(day)T23:00:00Z,\(hour),\(hour % 7).5\n" }
        }
        let (summary, histories) = try folder.read(text)
        #expect(histories.count == 1 && summary.accepted == 120 && areEven(histories[0]))
        #expect(histories[0].times.first?.description == "2024-01-12T23:00:00Z")
    }
}
