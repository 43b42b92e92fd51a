import ReadingSources
import Readings
import TestSupport
import Testing

/// Files whose rows name the zone of their times.
@Suite("A column of zones") struct ZoneColumnTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ text: String,
        name: String = "sites.csv",
        _ choice: ColumnChoice = ColumnChoice(),
        _ prepare: (inout ReadingFiles) throws -> Void = { _ in }
    ) throws -> FileReadings {
        var files = try ReadingFiles(paths: [try folder.file(name, text)], columns: choice)
        try prepare(&files)
        return try files.readAll()
    }

    private func clock(_ name: String) throws -> LocalClock { try #require(LocalClock(identifier: name)) }

    private func times(_ readings: FileReadings, _ meter: Name) -> [String] {
        readings.histories.first { $0.meter == meter }?.times.map(\.description) ?? []
    }

    private static let hours = ["00:00", "01:00", "02:00", "03:00", "04:00"]

    /// Rows of two meters, each in a zone, on one day.
    private func rows(_ day: String, _ zones: [String], header: String = "meter,time,tz,kw") -> String {
        let rows = Self.hours.flatMap { hour in
            zones.enumerated().map { "m\($0 + 1),\(day) \(hour),\($1),\($0).5" }
        }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }

    @Test("It is recognised by its cells, whatever it is called; each row's time is in its zone")
    func recognised() throws {
        for header in ["meter,time,tz,kw", "meter,time,place,kw"] {
            let readings = try read(rows("2024-07-01", ["Europe/Rome", "Asia/Tokyo"], header: header))
            #expect(times(readings, "m1").first == "2024-06-30T22:00:00Z")
            #expect(times(readings, "m2").first == "2024-06-30T15:00:00Z")
            #expect(try readings.zones == ["m1": clock("Europe/Rome"), "m2": clock("Asia/Tokyo")])
            #expect(try readings.histories.map(\.clock) == [clock("Europe/Rome"), clock("Asia/Tokyo")])
            let columns = readings.summary.files[0].columns
            #expect(columns.zone?.isGiven == false && columns.options.contains("--timezone-column"))
            #expect(columns.leftOut.isEmpty && readings.summary.zoneEvidence == nil)
            #expect(readings.summary.notes.contains { $0.contains("Asia/Tokyo (1 meter)") })
        }
        // A town is no zone, and times in UTC need none, but the days of the meters do.
        let towns = try read(rows("2024-07-01", ["Rome", "Tokyo"], header: "meter,time,town,kw"))
        #expect(towns.zones.isEmpty && times(towns, "m1").first == "2024-07-01T00:00:00Z")
        let utc = rows("2024-07-01", ["Europe/Rome", "Asia/Tokyo"]).replacing(":00,", with: ":00Z,")
        let absolute = try read(utc)
        #expect(times(absolute, "m1").first == "2024-07-01T00:00:00Z" && absolute.zones.count == 2)
    }

    @Test("The hour that comes twice is told by the order of each meter's rows, in its zone alone")
    func repeatedHour() throws {
        let text = """
            meter,time,tz,kw
            rome,2024-10-27 01:00,Europe/Rome,1
            lisbon,2024-10-27 01:00,Europe/Lisbon,1
            tokyo,2024-10-27 02:00,Asia/Tokyo,1
            rome,2024-10-27 02:00,Europe/Rome,2
            lisbon,2024-10-27 01:00,Europe/Lisbon,2
            rome,2024-10-27 02:00,Europe/Rome,3
            lisbon,2024-10-27 02:00,Europe/Lisbon,3
            rome,2024-10-27 03:00,Europe/Rome,4

            """
        let readings = try read(text)
        let hours = [
            "2024-10-26T23:00:00Z", "2024-10-27T00:00:00Z", "2024-10-27T01:00:00Z", "2024-10-27T02:00:00Z",
        ]
        #expect(times(readings, "rome") == hours)
        #expect(times(readings, "lisbon") == Array(hours[1...]))
        #expect(times(readings, "tokyo") == ["2024-10-26T17:00:00Z"])
        let skipped = try read(rows("2024-03-31", ["Europe/Rome", "Asia/Tokyo"]))
        #expect(skipped.summary.rejected == 1 && skipped.summary.accepted == 9)
        #expect(times(skipped, "m2").count == 5)
    }

    @Test("A day in a row has the hours of its meter's clock")
    func dayRows() throws {
        let hours = (0..<24).map { $0 < 10 ? "0\($0):00" : "\($0):00" }.joined(separator: ",")
        let values = (0..<24).map(String.init).joined(separator: ",")
        let days = ["2024-03-30", "2024-03-31", "2024-04-01"].flatMap { day in
            ["m1,\(day),Europe/Rome,\(values)", "m2,\(day),Asia/Tokyo,\(values)"]
        }
        let text = (["meter,date,tz,\(hours)"] + days).joined(separator: "\n")
        let readings = try read(text + "\n")
        #expect(times(readings, "m1").count == 71 && times(readings, "m2").count == 72)
        #expect(times(readings, "m1").last == "2024-04-01T21:00:00Z")
    }

    @Test("An unknown zone is refused with its line and the likely name")
    func unknown() throws {
        var choice = ColumnChoice()
        choice.zone = "tz"
        let text = rows("2024-07-01", ["Europe/Rome", "Europe/Romme"])
        let error = #expect(throws: ReadingsError.self) { try read(text, choice) }
        #expect(error?.code == .zoneUnknown && error?.line == 3 && error?.column == "tz")
        #expect(error?.sentence.contains("did you mean Europe/Rome?") == true)
        choice.zone = "zone"
        let missing = #expect(throws: ReadingsError.self) { try read(text, choice) }
        #expect(missing?.code == .columnUnknown)
    }

    @Test("A column that is called so and names no zones is refused if times need one")
    func namedOtherwise() throws {
        let text = rows("2024-07-01", ["summer", "winter"])
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.code == .zoneUnknown && error?.sentence.contains("--timezone") == true)
        var choice = ColumnChoice()
        choice.hasGivenZone = true
        let given = try read(text, choice) { $0.clock = try clock("Europe/Rome") }
        #expect(times(given, "m2").first == "2024-06-30T22:00:00Z" && given.zones.isEmpty)
        let absolute = try read(text.replacing(":00,", with: ":00Z,"))
        #expect(absolute.zones.isEmpty && absolute.summary.accepted == 10)
    }

    @Test("Two zones of one meter are refused, and so is one beside none")
    func conflicts() throws {
        let zones = ["Europe/Rome,1", "Europe/Rome,2", "Asia/Tokyo,3"]
        let text =
            "meter,time,tz,kw\n" + zones.enumerated().map { "m1,2024-07-01 0\($0):00,\($1)\n" }.joined()
        var choice = ColumnChoice()
        choice.zone = "tz"
        choice.meter = ["meter"]
        let error = #expect(throws: ReadingsError.self) { try read(text, choice) }
        #expect(error?.code == .zonesDiffer && error?.line == 4)
        for zone in ["Europe/Rome", "Asia/Tokyo"] { #expect(error?.sentence.contains(zone) == true) }
        let gap = text.replacing("Asia/Tokyo", with: "")
        let beside = #expect(throws: ReadingsError.self) { try read(gap, choice) }
        #expect(beside?.code == .zonesDiffer && beside?.sentence.contains("without a zone") == true)
        // A time with an offset needs no zone.
        let absolute = gap.replacing("02:00,", with: "02:00Z,")
        #expect(times(try read(absolute, choice), "m1").last == "2024-07-01T02:00:00Z")
        // Meters without any are in the zone of the build.
        let none = rows("2024-07-01", ["Europe/Rome", ""])
        let some = try read(none, choice) { $0.clock = try clock("Asia/Tokyo") }
        #expect(times(some, "m2").first == "2024-06-30T15:00:00Z" && some.zones.count == 1)
        // Another file of the meter, without the column.
        try folder.file("b.csv", "meter,time,kw\nm1,2024-07-02 00:00,1\nm1,2024-07-02 01:00,2\n")
        var files = try ReadingFiles(
            paths: [folder.file("a.csv", rows("2024-07-01", ["Europe/Rome"])), folder.path("b.csv")]
        )
        files.columns.meter = ["meter"]
        let files2 = files
        let other = #expect(throws: ReadingsError.self) { try files2.readAll() }
        #expect(other?.code == .zonesDiffer && other?.file?.hasSuffix("b.csv") == true)
    }

    @Test(
        "In a column called zone, an unknown zone is refused by its line, and so is a second one of a meter"
    )
    func calledZone() throws {
        func text(_ zones: [String]) -> String {
            "meter,time,zone,kw\n" + zip(Self.hours, zones).map { "m1,2024-07-01 \($0),\($1),1.5\n" }.joined()
        }
        let unknown = #expect(throws: ReadingsError.self) {
            try read(text(["Europe/Rome", "Europe/Rome", "Europe/Roma", "Europe/Rome", "Europe/Rome"]))
        }
        #expect(unknown?.code == .zoneUnknown && unknown?.line == 4)
        let two = #expect(throws: ReadingsError.self) {
            try read(text(["Europe/Rome", "Europe/Rome", "Asia/Tokyo", "Europe/Rome", "Europe/Rome"]))
        }
        #expect(two?.code == .zonesDiffer && two?.line == 4)
        // Zones of a town are none.
        let parts = try read(text(["north", "north", "south", "north", "north"]))
        #expect(times(parts, "m1").first == "2024-07-01T00:00:00Z")
    }

    @Test("Meters that are columns have the zone of the file's rows")
    func wide() throws {
        let text = "time,tz,a,b\n" + Self.hours.map { "2024-07-01 \($0),Europe/Rome,1,2\n" }.joined()
        let readings = try read(text, ColumnChoice(wide: true))
        #expect(try readings.zones == ["a": clock("Europe/Rome"), "b": clock("Europe/Rome")])
        #expect(times(readings, "b").first == "2024-06-30T22:00:00Z")
    }

    @Test("Without a column the times are by the clocks that the meters are known to have")
    func knownClocks() throws {
        let text = rows("2024-07-01", ["x", "y"], header: "meter,time,kind_of,kw")
        let own = try ["m2": clock("Asia/Tokyo")] as [Name: LocalClock]
        let readings = try read(text) {
            $0.clock = try clock("Europe/Rome")
            $0.ownClocks = own
        }
        #expect(times(readings, "m1").first == "2024-06-30T22:00:00Z")
        #expect(times(readings, "m2").first == "2024-06-30T15:00:00Z")
        let wide = "time,m1,m2\n" + Self.hours.map { "2024-07-01 \($0),1,2\n" }.joined()
        let error = #expect(throws: ReadingsError.self) {
            try read(wide, ColumnChoice(wide: true)) { $0.ownClocks = own }
        }
        #expect(error?.code == .zonesDiffer && error?.sentence.contains("--timezone") == true)
        let alone = try read("time,m2\n2024-07-01 00:00,1\n2024-07-01 01:00,2\n", ColumnChoice(wide: true)) {
            $0.ownClocks = own
        }
        #expect(times(alone, "m2").first == "2024-06-30T15:00:00Z")
    }

    @Test("Periods of labels are by the clock of their meter")
    func labels() throws {
        let labels = try folder.file(
            "labels.csv",
            "meter,start,end,kind\nm1,2024-07-01 01:00,2024-07-01 02:00,a\nm2,2024-07-01 03:00,2024-07-01 04:00,b\n"
        )
        let readings = try read(rows("2024-07-01", ["Europe/Rome", "Asia/Tokyo"])) {
            $0.labels = try InputFiles([labels])
        }
        let labelled = readings.histories.map { history in
            history.labels.indices.filter { history.labels[$0]?.isAnomalous == true }
        }
        #expect(labelled == [[1], [3]])
    }

    @Test("A zone with summer times that an UrbanDataset names is the meter's; two are refused")
    func urban() throws {
        func dataset(_ pod: String, _ day: String, _ zone: String) -> String {
            let values = [UrbanText.pod(pod), ("TotalActivePower", "1")]
            return UrbanText.dataset([UrbanText.line("2024-07-\(day)T00:00:00", values)], zone: zone)
        }
        let text = [dataset("IT1", "01", "Europe/Rome"), dataset("IT2", "01", "UTC+1")].joined(
            separator: "\n"
        )
        let readings = try read(text, name: "a.json")
        #expect(try readings.zones == ["IT1": clock("Europe/Rome")])
        let two = text + "\n" + dataset("IT1", "02", "Europe/London")
        let error = #expect(throws: ReadingsError.self) { try read(two, name: "b.json") }
        #expect(error?.code == .zonesDiffer && error?.line == 3)
        let own = try read(dataset("IT3", "01", ""), name: "c.json") {
            $0.ownClocks = try ["IT3": clock("Asia/Tokyo")]
        }
        #expect(times(own, "IT3") == ["2024-06-30T15:00:00Z"])
    }
}
