import ReadingSources
import Readings
import TestSupport
import Testing

/// A column beside the dates that runs through the hours or intervals of each day is the clock.
@Suite struct ClockColumnTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let dates = ["2024-01-13", "2024-01-14", "2024-01-15"]

    /// Rows of three days; the values are the numbers of the rows modulo 7, and a half.
    private func days(_ name: String, _ cells: [String], repeats: [String] = ["a"]) -> String {
        var text = "Date,\(name),Site,x\n"
        var row = 0
        for date in Self.dates {
            for cell in cells {
                for kind in repeats {
                    text += "\(date),\(cell),\(kind),\(row % 7).5\n"
                    row += 1
                }
            }
        }
        return text
    }

    private static func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }

    static let hours: [(name: String, cell: @Sendable (Int) -> String)] = [
        ("Ora /Hour", { "\($0 + 1)" }), ("Hour Number", { "\($0 + 1)" }), ("X", { "\($0)" }),
        ("Hour", { "HE \(padded($0 + 1))" }), ("Hour", { "H\(padded($0 + 1))" }),
        ("Hour", { "Hour \($0 + 1)" }),
        ("Stunde", { "\(padded($0))-\(padded($0 + 1))" }),
        ("Hours", { "\(padded($0)) - \(padded(($0 + 1) % 24))" }),
        ("Heure", { "\(padded($0))h-\(padded($0 + 1))h" }), ("Heure", { "\($0)h" }),
        ("Uhrzeit", { "\($0) Uhr" }), ("Minute", { "\($0 * 60)" }), ("Seconds", { "\($0 * 3_600)" }),
        ("Time", { "0 days \(padded($0)):00:00" }),
        ("Time", { "\(padded($0 % 12 == 0 ? 12 : $0 % 12)):00\($0 < 12 ? "a" : "p")" }),
    ]

    @Test("Hours in every form that people write", arguments: hours.indices)
    func everyForm(index: Int) throws {
        let form = Self.hours[index]
        let (summary, histories) = try folder.read(days(form.name, (0..<24).map(form.cell)))
        #expect(histories.count == 1 && summary.accepted == 72 && summary.channels == ["x"])
        #expect(histories[0].times[25].description == "2024-01-14T01:00:00Z")
        #expect(histories[0].values[25] == 4.5)
    }

    @Test("Half hours and quarters", arguments: [48, 96], ["P", ""])
    func intervals(count: Int, prefix: String) throws {
        let text = days("Timeslot", (1...count).map { "\(prefix)\($0)" })
        let (summary, histories) = try folder.read(text)
        #expect(histories.count == 1 && summary.accepted == 3 * count)
        #expect(histories[0].times[count + count / 2].description == "2024-01-14T12:00:00Z")
        #expect(summary.notes.contains { $0.contains("`Timeslot`") && $0.contains("--clock") })
    }

    @Test("Hours and minutes as one number, with two rows of each hour")
    func withAKind() throws {
        let text = days("Hour Ending", (1...24).map { "\(Self.padded($0))00" }, repeats: ["in", "out"])
        let (_, histories) = try folder.read(text)
        #expect(histories.map(\.meter.text) == ["in", "out"])
        #expect(histories[1].times.first?.description == "2024-01-13T01:00:00Z")
    }

    static let parts: [(names: String, hours: ClosedRange<Int>, parts: [Int])] = [
        ("Hour,Minute", 0...23, [0, 15, 30, 45]), ("Hora,Cuarto", 1...24, [1, 2, 3, 4]),
        ("Stunde,Viertelstunde", 0...23, [0, 1, 2, 3]),
        ("DeliveryHour,DeliveryInterval", 1...24, [1, 2, 3, 4]),
    ]

    @Test("A date, an hour and a part of the hour", arguments: parts.indices)
    func threeColumns(index: Int) throws {
        let form = Self.parts[index]
        var text = "Date,\(form.names),x\n"
        for date in Self.dates {
            for hour in form.hours { for part in form.parts { text += "\(date),\(hour),\(part),0.5\n" } }
        }
        let (summary, histories) = try folder.read(text)
        #expect(histories.count == 1 && summary.accepted == 3 * 96 && summary.channels == ["x"])
        #expect(histories[0].times[96 + 5].description == "2024-01-14T01:15:00Z")
    }

    @Test("The hour that comes twice keeps its quarters")
    func threeColumnsOnAClock() throws {
        var text = "Date,Hour,Minute,x\n"
        for date in ["2024-10-26", "2024-10-27", "2024-10-28"] {
            let hours = date == "2024-10-27" ? [0, 1, 2, 2] + Array(3...23) : Array(0...23)
            for hour in hours { for part in [0, 15, 30, 45] { text += "\(date),\(hour),\(part),0.5\n" } }
        }
        var files = try ReadingFiles(paths: [try folder.file("readings.csv", text)])
        files.clock = try #require(LocalClock(identifier: "Europe/Rome"))
        let (summary, histories) = try files.read()
        #expect(summary.accepted == 73 * 4 && summary.duplicates == 0 && summary.warnings.isEmpty)
        #expect(
            zip(histories[0].times, histories[0].times.dropFirst()).allSatisfy {
                $1.milliseconds - $0.milliseconds == 900_000
            }
        )
    }

    @Test("What is called a meter is none of it, and the caller overrules")
    func meters() throws {
        let (_, meters) = try folder.read(days("Building", (1...24).map { "\($0)" }))
        #expect(meters.count == 24)
        let (_, trafos) = try folder.read(days("X", (1...24).map { "T\($0)" }))
        #expect(trafos.count == 24)
        let (_, given) = try folder.read(days("X", (1...24).map { "\($0)" }), ColumnChoice(meter: "X"))
        #expect(given.count == 24)
    }

    @Test("Where it is not certain, it is proposed as the clock and not as a meter")
    func unclear() throws {
        // Of a whole day there is one alone.
        var text = "Date,X,x\n"
        for hour in 1...24 { text += "2024-01-13,\(hour),\(hour % 7).5\n" }
        let error = #expect(throws: ReadingsError.self) { try folder.read(text) }
        #expect(error?.sentence.contains("--clock X") == true && error?.sentence.contains("--meter") == false)
        var choice = ColumnChoice()
        choice.clock = "X"
        #expect(try folder.read(text, choice).histories[0].times.count == 24)
    }
}
