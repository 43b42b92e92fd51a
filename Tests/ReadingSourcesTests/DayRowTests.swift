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

    static let named: [(first: String, name: @Sendable (Int) -> String, count: Int)] = [
        ("kWh_0000", { "kWh_" + ($0 < 20 ? "0" : "") + "\($0 / 2)" + ($0 % 2 == 0 ? "00" : "30") }, 48),
        ("0h", { "\($0)h" }, 24), ("Wert 1", { "Wert \($0 + 1)" }, 96),
        ("00-01", { ($0 < 10 ? "0" : "") + "\($0)-" + ($0 < 9 ? "0" : "") + "\($0 + 1)" }, 24),
        ("0h - 1h", { "\($0)h - \(($0 + 1) % 24)h" }, 24),
        (
            "12:00 AM kWH",
            { "\($0 / 2 % 12 == 0 ? 12 : $0 / 2 % 12):\($0 % 2 * 3)0 \($0 < 24 ? "AM" : "PM") kWH" }, 48
        ),
        ("12 am", { "\($0 % 12 == 0 ? 12 : $0 % 12) \($0 < 12 ? "am" : "pm")" }, 24),
    ]

    @Test("Names with the same letters around the time or the number", arguments: named.indices)
    func letters(index: Int) throws {
        let form = Self.named[index]
        let names = (0..<form.count).map(form.name)
        #expect(names[0] == form.first)
        let rows = Self.dates.map { ([$0] + (0..<form.count).map { "\($0)" }).joined(separator: ",") + "\n" }
        let text = (["day"] + names).joined(separator: ",") + "\n" + rows.joined()
        let (summary, histories) = try read(text)
        #expect(summary.accepted == 4 * form.count && summary.channels == ["value"])
        #expect(histories[0].times[form.count / 2].description == "2024-03-29T12:00:00Z")
        #expect(try read(text, ColumnChoice(values: [names[3]])).summary.channels == [Name(names[3])])
    }

    @Test("Columns sorted as texts, or the latest first", arguments: ["H", "P", ":00"])
    func sorted(kind: String) throws {
        let count = kind == "P" ? 48 : 24
        let names = (0..<count).map { place in
            switch kind {
            case "H": "H\(place)"
            case "P": "P\(place + 1)"
            default: (place < 10 ? "0" : "") + "\(place):00"
            }
        }
        let order = names.indices.sorted { kind == ":00" ? names[$0] > names[$1] : names[$0] < names[$1] }
        #expect(order != Array(names.indices))
        let rows = Self.dates.map { ([$0] + order.map { "\($0)" }).joined(separator: ",") + "\n" }
        let header = (["day"] + order.map { names[$0] }).joined(separator: ",") + "\n"
        let (summary, histories) = try read(header + rows.joined())
        #expect(summary.accepted == 4 * count)
        #expect(histories[0].values[..<count].elementsEqual((0..<count).map(Double.init)))
    }

    @Test("Flags between the values are left out, and said") func flags() throws {
        let names = (1...48).flatMap { ["HH\($0)", "F\($0)"] }
        let rows = Self.dates.map {
            (["m", $0] + (1...48).flatMap { ["\($0)", "A"] }).joined(separator: ",") + "\n"
        }
        let (summary, histories) = try read(
            (["MPAN", "day"] + names).joined(separator: ",") + "\n" + rows.joined()
        )
        #expect(summary.accepted == 4 * 48 && histories[0].values[47] == 48)
        #expect(summary.files[0].columns.leftOut.count { $0.reason.contains("between the intervals") } == 47)
    }

    @Test("One column more for the hour that comes twice") func repeatedHour() throws {
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let names =
            ["HE01", "HE02", "HE03", "HE03*"] + (4...24).map { "HE" + ($0 < 10 ? "0" : "") + "\($0)" }
        let rows = ["2024-10-26", "2024-10-27", "2024-10-28"].map { date in
            ([date] + names.indices.map { $0 == 3 && date != "2024-10-27" ? "" : "\($0)" }).joined(
                separator: ","
            )
                + "\n"
        }
        let (summary, histories) = try read(
            (["date"] + names).joined(separator: ",") + "\n" + rows.joined(),
            clock: rome
        )
        #expect(summary.accepted == 73 && summary.rejected == 0 && summary.missing == 0)
        #expect(histories[0].values[24..<30] == [0, 1, 2, 3, 4, 5])
        #expect(
            zip(histories[0].times, histories[0].times.dropFirst()).allSatisfy {
                $1.milliseconds - $0.milliseconds == 3_600_000
            }
        )
    }

    @Test("Without a header, as many numbers as a day has intervals are its intervals") func noHeader() throws
    {
        let rows = Self.dates.map {
            (["IT1", $0] + (0..<96).map { "0.\($0)" }).joined(separator: ",") + "\n"
        }
        #expect(try read(rows.joined()).summary.accepted == 4 * 96)
    }

    @Test("Two sets of intervals, and numbers of anything, are refused", arguments: ["kWh,kVArh", "Pos"])
    func unclear(prefixes: String) throws {
        let names = prefixes.split(separator: ",").flatMap { prefix in (1...24).map { "\(prefix)\($0)" } }
        let rows = Self.dates.map { ([$0] + names.map { _ in "0.5" }).joined(separator: ",") + "\n" }
        let text = (["day"] + names).joined(separator: ",") + "\n" + rows.joined()
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.code == .noValueColumn && error?.sentence.contains("--value") == true)
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

    @Test(
        "The sums of days among the times of hours are rejected, and said",
        arguments: ["after", "at the end"]
    )
    func sumsOfDays(place: String) throws {
        var (rows, sums) = (["time,kwh"], [String]())
        for day in 13..<18 {
            for hour in 0..<24 {
                rows.append("2024-01-\(day) \(hour < 10 ? "0" : "")\(hour):00,0.\(hour + 10)")
            }
            if place == "after" {
                rows.append("2024-01-\(day),8.12")
            } else {
                sums.append("2024-01-\(day),8.12")
            }
        }
        let (summary, histories) = try read((rows + sums).joined(separator: "\n") + "\n")
        #expect(histories[0].count == 120 && histories[0].values.allSatisfy { $0 < 1 })
        #expect(summary.rejected == 5 && summary.duplicates == 0)
        #expect(summary.notes.contains { $0.contains("as the sums of days, are rejected") })
    }

    @Test("Where midnight is not written, a date alone is midnight")
    func midnights() throws {
        let rows = (0..<96).map { step in
            "2024-01-\(13 + step / 24)" + (step % 24 == 0 ? "" : " \(step % 24):00") + ",0.5"
        }
        let (summary, histories) = try read("time,kwh\n" + rows.joined(separator: "\n") + "\n")
        #expect(histories[0].count == 96 && summary.rejected == 0)
    }

    @Test("NEM12: a channel's units are converted to its first, and null data is missing") func nem12Units()
        throws
    {
        let day = { (date: String, value: String, quality: String) in
            "300,\(date)," + Array(repeating: value, count: 48).joined(separator: ",") + ",\(quality),,,\n"
        }
        let stream = { (unit: String) in "200,NMI1,E1,1,E1,N1,S1,\(unit),30,\n" }
        let text =
            "100,NEM12,202404010900,A,B\n" + stream("kWh") + day("20240330", "0.3", "A") + stream("Wh")
            + day("20240331", "300", "A") + day("20240401", "0", "N") + "900\n"
        let (summary, histories) = try read(text)
        #expect(summary.units == ["kWh"])
        #expect(histories[0].values[0..<96].allSatisfy { $0 == 0.3 })
        #expect(histories[0].values[96...].allSatisfy { $0.isNaN })
        let mixed =
            "100,NEM12,202404010900,A,B\n" + stream("kWh") + day("20240330", "1", "A") + stream("kVAh")
            + day("20240331", "1", "A") + "900\n"
        let error = #expect(throws: ReadingsError.self) { _ = try read(mixed) }
        #expect(error?.code == .unitsDiffer && error?.line == 4)
    }
}
