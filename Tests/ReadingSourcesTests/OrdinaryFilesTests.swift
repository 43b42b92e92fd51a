import ReadingSources
import Readings
import TestSupport
import Testing

/// Files that look like odd ones, and are read as they stand.
@Suite("Ordinary files") struct OrdinaryFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A minute beside quarters of the day is in them already")
    func minuteBesideQuarters() throws {
        let rows = (0..<192).map { quarter in
            let place = quarter % 96
            return
                "2024-05-0\(6 + quarter / 96),\(place / 4),\(place % 4 * 15),\(place + 1),0.\(10 + quarter % 80)"
        }
        let text = "Date,Hour,Minute,Interval,kWh\n" + rows.joined(separator: "\n") + "\n"
        let (summary, histories) = try folder.read(text)
        #expect(histories.map(\.count) == [192], "\(summary.notes)")
        #expect(histories[0].times[1].description == "2024-05-06T00:15:00Z")
    }

    @Test("Minutes that something ran are no part of the time")
    func minutesOfRun() throws {
        let rows = (0..<72).map { "2024-05-0\(6 + $0 / 24),\($0 % 24),\($0 * 7 % 60),0.\(10 + $0 % 80)" }
        let (summary, histories) = try folder.read(
            "Date,Hour,Minutes,kWh\n" + rows.joined(separator: "\n") + "\n"
        )
        #expect(summary.channels == ["Minutes", "kWh"])
        #expect(histories[0].times[1].description == "2024-05-06T01:00:00Z")
    }

    @Test("A charger without a car takes 0 W, which is a value")
    func disconnected() throws {
        let rows = (0..<48).map { hour in
            let isIdle = hour % 24 < 7
            let clock = hour % 24 < 10 ? "0\(hour % 24)" : "\(hour % 24)"
            return
                "2024-05-0\(6 + hour / 24) \(clock):00,\(isIdle ? "Disconnected,0" : "Charging,\(3_000 + hour)")"
        }
        let (summary, _) = try folder.read("time,status,power_w\n" + rows.joined(separator: "\n") + "\n")
        #expect(summary.missing == 0 && summary.accepted == 48, "\(summary.notes)")
    }

    @Test("Hours called HH that count to 24 are hours")
    func hh() throws {
        let rows = (0..<48).map { "2024-05-0\(6 + $0 / 24),\($0 % 24 + 1),0.\(10 + $0)" }
        let (_, histories) = try folder.read("Date,HH,MW\n" + rows.joined(separator: "\n") + "\n")
        #expect(histories[0].times.last?.description == "2024-05-07T23:00:00Z")
    }

    @Test("A value without a unit costs itself, and not the value beside it")
    func unitMissing() throws {
        var rows = (0..<30).map { hour in
            let clock = hour % 24 < 10 ? "0\(hour % 24)" : "\(hour % 24)"
            return
                "2024-05-0\(6 + hour / 24) \(clock):00,230.\(hour % 9),V,\(5 + hour % 3),\(hour % 2 == 0 ? "A" : "mA")"
        }
        rows[4] = "2024-05-06 04:00,229.5,V,6,"
        let text = "Time,Value 1,Unit 1,Value 2,Unit 2\n" + rows.joined(separator: "\n") + "\n"
        let (summary, histories) = try folder.read(text)
        #expect(histories[0].values[8] == 229.5 && histories[0].values[9].isNaN, "\(summary.notes)")
        #expect(summary.accepted + summary.missing == 30)
    }
}
