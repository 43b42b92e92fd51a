import ReadingSources
import Readings
import TestSupport
import Testing

/// Files in which 00:00 has the date of the day that it ends.
@Suite("Midnights that end their dates") struct MidnightTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let dates = ["2024-03-29", "2024-03-30", "2024-03-31"]
    /// 03:00 to 21:00 and then 00:00.
    private static let ends = (1...8).map { ($0 < 4 ? "0" : "") + "\($0 * 3 % 24)" + ":00" }
        .map { $0.hasPrefix("0:") ? "0" + $0 : $0 }

    private func rows(_ dates: [String], _ clocks: [String], mark: String = " ") -> [String] {
        dates.flatMap { date in clocks.map { "\(date)\(mark)\($0)" } }
    }

    private func text(_ header: String, _ rows: [String]) -> String {
        ([header] + rows.enumerated().map { "\($1),\($0 % 10).5" }).joined(separator: "\n") + "\n"
    }

    private func areEven(_ history: MeterHistory) -> Bool {
        zip(history.times, history.times.dropFirst()).allSatisfy {
            $1.milliseconds - $0.milliseconds == 3 * 3_600_000
        }
    }

    @Test(
        "One column or two, digits alone or with AM and PM: 00:00 is that of the next date, and it is said",
        arguments: ["time,x", "Date,Time,x", "compact time,x", "twelve,x", "Date,Hour,x"]
    ) func forms(header: String) throws {
        var cells = rows(Self.dates, Self.ends, mark: header.hasPrefix("Date") ? "," : " ")
        switch header {
        case "compact time,x": cells = cells.map { $0.filter(\.isNumber) }
        case "twelve,x":
            cells = cells.map { cell in
                let hour = Int(cell.dropFirst(11).prefix(2)) ?? 0
                return "\(cell.prefix(10)) \(hour % 12 == 0 ? 12 : hour % 12):00 \(hour < 12 ? "AM" : "PM")"
            }
        case "Date,Hour,x": cells = cells.map { String($0.dropLast(3)) }
        default: break
        }
        let (summary, histories) = try folder.read(text(header, cells))
        #expect(summary.accepted == 24 && summary.outOfOrder == 0)
        #expect(histories[0].times.first?.description == "2024-03-29T03:00:00Z")
        #expect(histories[0].times[7].description == "2024-03-30T00:00:00Z")
        #expect(histories[0].values[7] == 7.5 && areEven(histories[0]))
        #expect(summary.notes.contains { $0.contains("midnight that ends the date") })
    }

    @Test("Meters in turn, one below the other, and one after the other within each date")
    func meters() throws {
        let times = rows(Self.dates, Self.ends)
        let inTurn = times.flatMap { ["a,\($0)", "b,\($0)"] }
        let below = ["a", "b"].flatMap { meter in times.map { "\(meter),\($0)" } }
        let within = Self.dates.flatMap { date in
            ["a", "b"].flatMap { meter in rows([date], Self.ends).map { "\(meter),\($0)" } }
        }
        for cells in [inTurn, below, within] {
            let (summary, histories) = try folder.read(text("meter,time,x", cells))
            #expect(summary.accepted == 48 && histories.count == 2)
            #expect(histories.allSatisfy { areEven($0) && $0.times[7].description == "2024-03-30T00:00:00Z" })
        }
    }

    @Test("A column of words that change at midnight names no meter then")
    func words() throws {
        let cells = rows(Self.dates, Self.ends)
        let shifted = cells.enumerated().map {
            "\($1),\(["Monday", "Tuesday", "Wednesday", "Thursday"][($0 + 1) / 8])"
        }
        let readings = try folder.read(text("time,Day_of_week,x", shifted))
        #expect(readings.histories.count == 1 && readings.summary.channels == ["x"])
        // Whatever the words are.
        let tariffs = cells.enumerated().map { "\($1),\(["a", "b", "c", "d"][($0 + 1) / 8])" }
        #expect(try folder.read(text("time,place,x", tariffs)).histories.count == 1)
    }

    @Test("A day alone shows it, if it is a whole one")
    func oneDay() throws {
        let hours = (1...24).map { ($0 % 24 < 10 ? "0" : "") + "\($0 % 24):00" }
        let (_, histories) = try folder.read(text("time,x", rows(["2024-03-29"], hours)))
        #expect(histories[0].times.last?.description == "2024-03-30T00:00:00Z")
        let (_, few) = try folder.read(text("time,x", rows(["2024-03-29"], Self.ends)))
        #expect(few[0].times.first?.description == "2024-03-29T00:00:00Z")
    }

    @Test("Where 00:00 begins a date, rows come newest first, or in no order, it stays")
    func others() throws {
        let starts = [Self.ends[7]] + Self.ends[..<7]
        let newest = Array(rows(Self.dates, starts).reversed())
        let sorted = rows(
            Self.dates,
            ["03:00", "15:00", "06:00", "18:00", "09:00", "21:00", "12:00", "00:00"]
        )
        let odd = rows(Self.dates, Self.ends) + rows(["2024-04-01"], starts)
        let twoMeters = Self.dates.flatMap { date in
            ["a", "b"].flatMap { _ in rows([date], starts) }
        }
        for cells in [rows(Self.dates, starts), newest, sorted, odd] {
            let (summary, histories) = try folder.read(text("time,x", cells))
            #expect(histories[0].times.first?.description == "2024-03-29T00:00:00Z")
            #expect(!summary.notes.contains { $0.contains("ends the date") })
        }
        let meters = twoMeters.enumerated().map { "\(["a", "b"][$0 / 8 % 2]),\($1)" }
        let (_, histories) = try folder.read(text("meter,time,x", meters))
        #expect(histories.allSatisfy { $0.times.first?.description == "2024-03-29T00:00:00Z" })
    }

    @Test("On a local clock it is the midnight of that clock, also on the day when it changes")
    func localClock() throws {
        let hours = (1...24).map { ($0 % 24 < 10 ? "0" : "") + "\($0 % 24):00" }
        let cells =
            rows(["2024-10-26"], hours) + rows(["2024-10-27"], [hours[0], hours[1], hours[1]] + hours[2...])
        var files = try ReadingFiles(paths: [try folder.file("readings.csv", text("time,x", cells))])
        files.clock = try #require(LocalClock(identifier: "Europe/Rome"))
        let (summary, histories) = try files.read()
        #expect(summary.accepted == 49 && histories[0].times.last?.description == "2024-10-27T23:00:00Z")
        #expect(histories[0].times[23].description == "2024-10-26T22:00:00Z")
    }
}
