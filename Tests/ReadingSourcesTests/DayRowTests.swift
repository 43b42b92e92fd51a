import ReadingSources
import Readings
import TestSupport
import Testing

/// Files with a row a day, against the obvious arithmetic.
@Suite("A row a day") struct DayRowTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ text: String,
        clock: LocalClock = .utc,
        _ choice: ColumnChoice = ColumnChoice()
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        var files = try ReadingFiles(paths: [try folder.file("days.csv", text)], columns: choice)
        files.clock = clock
        return try files.read()
    }

    private static let dates = ["2024-03-29", "2024-03-30", "2024-03-31", "2024-04-01"]

    @Test("Columns of times and of numbers", arguments: [24, 48, 96], ["clock", "hhmm", "H", ""])
    func columns(count: Int, kind: String) throws {
        let step = 1_440 / count
        let names = (0..<count).map { place in
            let (hour, minute) = (place * step / 60, place * step % 60)
            let two = { ($0 < 10 ? "0" : "") + "\($0)" }
            return switch kind {
            case "clock": "\(two(hour)):\(two(minute))"
            case "hhmm": two(hour) + two(minute)
            default: "\(kind)\(place + 1)"
            }
        }
        let rows = Self.dates.enumerated().map { day, date in
            ([date] + (0..<count).map { "\(day * 1_000 + $0)" }).joined(separator: ",") + "\n"
        }
        let (summary, histories) = try read((["day"] + names).joined(separator: ",") + "\n" + rows.joined())
        #expect(summary.rows == 4 * count && summary.accepted == 4 * count && summary.channels == ["value"])
        for day in 0..<4 {
            let place = day * count + count / 2
            #expect(histories[0].times[place].description == "\(Self.dates[day])T12:00:00Z")
            #expect(histories[0].values[place] == Double(day * 1_000 + count / 2))
        }
    }

    @Test("A day of 23 and one of 25 hours have as many intervals", arguments: [48, 50])
    func clockChange(count: Int) throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let dates =
            count == 48
            ? ["2024-03-30", "2024-03-31", "2024-04-01"] : ["2024-10-26", "2024-10-27", "2024-10-28"]
        let lengths = count == 48 ? [48, 46, 48] : [48, 50, 48]
        let names = (1...count).map { "HH\($0)" }
        let rows = zip(dates, lengths).map { date, length in
            ([date] + (0..<count).map { $0 < length ? "\($0)" : "" }).joined(separator: ",") + "\n"
        }
        let (summary, histories) = try read(
            (["date"] + names).joined(separator: ",") + "\n" + rows.joined(),
            clock: rome
        )
        #expect(summary.accepted == lengths.reduce(0, +) && summary.duplicates == 0 && summary.rejected == 0)
        let steps = zip(histories[0].times, histories[0].times.dropFirst()).map {
            $1.milliseconds - $0.milliseconds
        }
        #expect(Set(steps) == [1_800_000])
    }

    @Test("NEM12: days of streams, in Eastern Standard Time") func nem12() throws {
        let day = { (date: String, from: Int) in
            "300,\(date)," + (0..<48).map { "\(from + $0)" }.joined(separator: ",") + ",A,,,20240401000000,\n"
        }
        let text =
            "100,NEM12,202404010900,A,B\n200,NMI1,E1B1,1,E1,N1,S1,kWh,30,\n" + day("20240330", 0)
            + "400,1,48,A,,\n200,NMI1,E1B1,2,B1,N2,S1,kWh,30,\n" + day("20240330", 100) + day("20240331", 200)
            + "200,NMI2,E1,1,E1,N1,S2,kWh,30,\n" + day("20240331", 300) + "300,2024033,1,2\n900\n"
        let (summary, histories) = try read(text)
        #expect(summary.channels == ["B1", "E1"] && summary.units == ["kWh", "kWh"])
        #expect(histories.map(\.meter) == ["NMI1", "NMI2"] && histories.map(\.count) == [96, 48])
        #expect(histories[0].times[0].description == "2024-03-29T14:00:00Z")
        #expect(histories[0].values[0...1] == [100, 0] && histories[0].values[97].isNaN)
        #expect(summary.rejected == 48 && summary.accepted == 144)
    }
}
