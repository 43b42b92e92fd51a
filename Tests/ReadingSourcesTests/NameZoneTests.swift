import ReadingSources
import Readings
import TestSupport
import Testing

/// Files that say in a name, or in a column beside the times, where their times are.
@Suite("Zones in names and offsets in columns") struct NameZoneTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String, in zone: String? = nil) throws -> FileReadings {
        var choice = ColumnChoice()
        choice.hasGivenZone = zone != nil
        var files = try ReadingFiles(paths: [try folder.file("site.csv", text)], columns: choice)
        if let zone { files.clock = try #require(LocalClock(identifier: zone)) }
        return try files.readAll()
    }

    private func first(_ readings: FileReadings) -> String? { readings.histories[0].times.first?.description }

    private func rows(_ header: String, _ cells: [String]) -> String {
        header + "\n" + cells.enumerated().map { "2024-07-01 0\($0):00,\($1)\n" }.joined()
    }

    private static let values = ["0.5", "0.75", "0.25"]

    @Test(
        "A name that says UTC, or an offset, goes before --timezone",
        arguments: [
            ("Time UTC", "2024-07-01T00:00:00Z"), ("INTERVALSTARTTIME_GMT", "2024-07-01T00:00:00Z"),
            ("HourUTC", "2024-07-01T00:00:00Z"), ("Time (UTC+2)", "2024-06-30T22:00:00Z"),
            ("time [GMT-03:30]", "2024-07-01T03:30:00Z"), ("Time (+01:00)", "2024-06-30T23:00:00Z"),
        ]
    ) func offsets(name: String, time: String) throws {
        for zone in [nil, "Europe/Rome"] {
            let readings = try read(rows(name + ",kwh", Self.values), in: zone)
            #expect(first(readings) == time)
            #expect(readings.summary.notes.contains { $0.contains("whatever --timezone says") })
            #expect(readings.summary.zoneEvidence?.withoutOffset ?? 0 == 0)
        }
    }

    @Test("Of a column in UTC and a local one, that in UTC counts, wherever it stands")
    func both() throws {
        let cells = ["2024-07-01 02:00,0.5", "2024-07-01 03:00,0.75", "2024-07-01 04:00,0.25"]
        #expect(
            try first(read(rows("HourUTC,HourDK,kwh", cells), in: "Europe/Rome")) == "2024-07-01T00:00:00Z"
        )
        let turned = try read(rows("Local Time,UTC Time,kwh", cells), in: "Europe/Rome")
        #expect(first(turned) == "2024-07-01T02:00:00Z")
    }

    @Test("A zone in a name is that of the meters; --timezone goes before it, and says so")
    func zones() throws {
        let text = rows("Time Bucket (America/Los_Angeles),kwh", Self.values)
        let readings = try read(text)
        #expect(first(readings) == "2024-07-01T07:00:00Z")
        #expect(readings.zones.values.map(\.identifier) == ["America/Los_Angeles"])
        let given = try read(text, in: "Europe/Rome")
        #expect(first(given) == "2024-06-30T22:00:00Z" && given.zones.isEmpty)
        #expect(given.summary.notes.contains { $0.contains("--timezone goes before it") })
    }

    @Test("A zone in a name goes before an offset beside it; what a name denies, it does not say")
    func zoneBeforeOffset() throws {
        let summer = try read(rows("timestamp Europe/Berlin (+01:00),kwh", Self.values))
        #expect(first(summer) == "2024-06-30T22:00:00Z")
        #expect(try first(read(rows("Time (Etc/GMT+5),kwh", Self.values))) == "2024-07-01T05:00:00Z")
        let denied = try read(rows("Time (not UTC),kwh", Self.values), in: "Europe/Rome")
        #expect(first(denied) == "2024-06-30T22:00:00Z")
    }

    @Test("A zone as Windows names it has summer time: --timezone says which")
    func windowsName() throws {
        let text = rows("Time (UTC+01:00) Amsterdam Berlin,kwh", Self.values)
        #expect(try first(read(text, in: "Europe/Berlin")) == "2024-06-30T22:00:00Z")
        #expect(try read(text).summary.warnings.contains { $0.contains("Amsterdam Berlin") })
    }

    @Test("An abbreviation in a name is a hint", arguments: ["Zeit (MEZ)", "MTU (CET/CEST)", "Time EST"])
    func abbreviations(name: String) throws {
        let text = rows(name + ",kwh", Self.values)
        #expect(try read(text).summary.warnings.contains { $0.contains("give --timezone, such as") })
        #expect(try !read(text, in: "Europe/Rome").summary.warnings.contains { $0.contains("such as") })
    }

    @Test(
        "A column of offsets applies to the times of its rows, and tells the hour apart that comes twice",
        arguments: [
            ["utc_offset", "+0200", "+0100"], ["utc_offset", "+02:00", "+01:00"],
            ["offset_minutes", "120", "60"],
            ["tz", "CEST", "CET"], ["tz_offset", "2", "1"], ["shift", "+02:00", "+01:00"],
        ]
    ) func offsetColumns(words: [String]) throws {
        let text =
            "time,\(words[0]),kwh\n2024-10-27 01:00,\(words[1]),1.5\n2024-10-27 02:00,\(words[1]),2.5\n"
            + "2024-10-27 02:00,\(words[2]),3.5\n2024-10-27 03:00,\(words[2]),4.5\n"
        let readings = try read(text)
        let times = readings.histories[0].times.map(\.description)
        #expect(
            times == (23...26).map { "2024-10-2\(6 + $0 / 24)T\($0 == 23 ? "23" : "0\($0 - 24)"):00:00Z" }
        )
        #expect(readings.summary.channels == ["kwh"] && readings.states.isEmpty)
        #expect(readings.histories[0].values == [1.5, 2.5, 3.5, 4.5])
    }

    @Test("A column that tells summer time needs a zone; the order of the rows tells the hour then")
    func flags() throws {
        let text =
            "time,DSTFlag,kwh\n2024-10-27 01:00,N,1.5\n2024-10-27 02:00,N,2.5\n2024-10-27 02:00,Y,3.5\n"
            + "2024-10-27 03:00,N,4.5\n"
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.code == .zoneUnknown)
        let readings = try read(text, in: "Europe/Rome")
        #expect(readings.histories[0].values == [1.5, 2.5, 3.5, 4.5] && readings.summary.duplicates == 0)
        #expect(readings.summary.channels == ["kwh"])
    }

    @Test(
        "Lines above the header say an offset",
        arguments: [
            ["Time zone: UTC+02:00"], ["Timezone,UTC+02:00"], ["lat,utc_offset_seconds,tz", "52.5,7200,x"],
            ["# utc_offset: +02:00"],
        ]
    ) func preambleOffset(lines: [String]) throws {
        let text = (lines + ["", ""]).joined(separator: "\n") + rows("time,kwh", Self.values)
        let readings = try read(text)
        #expect(first(readings) == "2024-06-30T22:00:00Z")
        #expect(readings.summary.notes.contains { $0.contains("above the header") && $0.contains("UTC+2") })
        #expect(readings.summary.zoneEvidence?.withoutOffset ?? 0 == 0)
    }

    @Test("Lines above the header name a zone; --timezone goes before it", arguments: ["Time zone: ", "tz,"])
    func preambleZone(name: String) throws {
        let text = "\(name)Europe/Athens\n\n" + rows("time,kwh", Self.values)
        let readings = try read(text)
        #expect(first(readings) == "2024-06-30T21:00:00Z")
        #expect(readings.zones.values.map(\.identifier) == ["Europe/Athens"])
        #expect(try first(read(text, in: "Europe/Rome")) == "2024-06-30T22:00:00Z")
        // Beside an offset it is the zone of the meter's days.
        let both = "utc_offset_seconds,timezone\n3600,Europe/Athens\n\n" + rows("time,kwh", Self.values)
        #expect(try first(read(both)) == "2024-06-30T23:00:00Z")
        #expect(try read(both).zones.values.map(\.identifier) == ["Europe/Athens"])
        // Another offset is another form.
        let path = try folder.file(
            "b.csv",
            both.replacing("3600", with: "7200").replacing("2024-07-01", with: "2024-07-02")
        )
        let files = try ReadingFiles(paths: [try folder.file("a.csv", both), path])
        #expect(
            try files.readAll().histories.map { $0.times[0].description } == [
                "2024-06-30T23:00:00Z", "2024-07-01T22:00:00Z",
            ]
        )
    }

    @Test(
        "What lines above the header say of other things is no zone",
        arguments: ["Offset: 2", "Zone: 2", "Report UTC+2"]
    )
    func preambleOthers(line: String) throws {
        #expect(try first(read("\(line)\n\n" + rows("time,kwh", Self.values))) == "2024-07-01T00:00:00Z")
    }

    @Test("An offset in a name that the clock of --timezone does not have is doubted")
    func contradiction() throws {
        let text = rows("Time (UTC+1),kwh", Self.values)
        let rome = try read(text, in: "Europe/Rome")
        #expect(first(rome) == "2024-06-30T23:00:00Z")
        #expect(rome.summary.warnings.contains { $0.contains("UTC+2") && $0.contains("Europe/Rome") })
        let london = try read(text, in: "Europe/London")
        #expect(!london.summary.warnings.contains { $0.contains("the file says") })
        let utc = try read(rows("Time UTC,kwh", Self.values), in: "Europe/Rome")
        #expect(!utc.summary.warnings.contains { $0.contains("the file says") })
    }

    @Test("EST in all rows is an offset, and it is said how to say else")
    func withoutSummer() throws {
        let text = rows("Time,tz,kwh", Self.values.map { "EST,\($0)" })
        let readings = try read(text)
        #expect(first(readings) == "2024-07-01T05:00:00Z")
        #expect(
            readings.summary.warnings.contains {
                $0.contains("UTC-5 all year") && $0.contains("--missing EST")
            }
        )
    }

    @Test("One number in a column of offsets with their unit is applied, as several are")
    func constantOffsetWithUnit() throws {
        let readings = try read(rows("time,offset_minutes,kwh", Self.values.map { "60,\($0)" }))
        #expect(first(readings) == "2024-06-30T23:00:00Z" && readings.summary.channels == ["kwh"])
    }

    @Test("One number in a column called offset alone is not applied, and it is said")
    func constantOffset() throws {
        let name = "offset"
        let readings = try read(rows("time,\(name),kwh", Self.values.map { "3600,\($0)" }))
        #expect(first(readings) == "2024-07-01T00:00:00Z" && readings.summary.channels == ["kwh"])
        #expect(readings.summary.warnings.contains { $0.contains("`\(name)`") && $0.contains("utc_offset") })
    }

    @Test(
        "A clock that drifts, and numbers of other names, are no offsets",
        arguments: ["time_offset_s", "hot_zone_offset"]
    )
    func drift(name: String) throws {
        let readings = try read(rows("time,\(name),kwh", ["0,0.5", "1,0.75", "2,0.25"]))
        #expect(first(readings) == "2024-07-01T00:00:00Z" && readings.summary.channels.count == 2)
    }

    @Test("The offset of a sensor is no time", arguments: ["zero_offset_A", "dc offset", "Temp Offset"])
    func calibration(name: String) throws {
        let readings = try read(rows("time,\(name),kwh", ["30,0.5", "60,0.75", "0,0.25"]))
        #expect(first(readings) == "2024-07-01T00:00:00Z" && readings.summary.channels.count == 2)
    }

    @Test("A small number in a column called offset is no time")
    func sensorOffset() throws {
        let readings = try read(rows("time,offset,kwh", ["1,0.5", "0,0.75", "1,0.25"]))
        #expect(first(readings) == "2024-07-01T00:00:00Z" && readings.summary.channels.contains("offset"))
    }
}
