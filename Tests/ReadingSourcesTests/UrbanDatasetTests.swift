import ReadingSources
import Readings
import Statistics
import TestSupport
import Testing

/// UrbanDatasets as the standard has them, and as programs write them.
@Suite("UrbanDatasets") struct UrbanDatasetTests {
    private typealias Result = (summary: ReadingsSummary, histories: [MeterHistory])
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ files: [(name: String, text: String)],
        zone: String? = nil,
        rejects: String? = nil,
        _ choice: ColumnChoice = ColumnChoice()
    ) throws -> Result {
        let paths = try files.map { try folder.file($0.name, $0.text) }
        var reading = try ReadingFiles(paths: paths, columns: choice, rejects: rejects)
        if let zone { reading.clock = try #require(LocalClock(identifier: zone)) }
        let result = try reading.read()
        let summary = result.summary
        let sum =
            summary.accepted + summary.missing + summary.rejected + summary.duplicates + summary.outsideRange
        #expect(summary.rows == sum)
        return result
    }

    private func read(_ text: String, _ choice: ColumnChoice = ColumnChoice()) throws -> Result {
        try read([("counter.json", text)], choice)
    }

    private func values(_ history: MeterHistory) -> [String] {
        history.values.map { $0.isNaN ? "-" : "\($0)" }
    }

    // MARK: The standard

    @Test("Channels come in the standard's order, others behind them by name; texts are no channels")
    func channels() throws {
        let line = UrbanText.line(
            "2024-03-01T00:00:00",
            [
                ("Zeta", "7"), ("Phase2Voltage", "231.5"), UrbanText.pod("IT1"),
                ("TotalActivePower", "\"1.25\""),
                ("Alpha", "\"8\""), ("TownCode", "\"058091\""), ("Phase1ActivePower", "0.5"),
                ("height", "12"),
                ("Note", "\"at the church\""), ("Line1Current", "\" \""),
            ]
        )
        let units = ["TotalActivePower": "kilowatt", "Phase2Voltage": "volt", "Zeta": "dimensionless"]
        let (summary, histories) = try read(UrbanText.dataset([line], units: units))
        #expect(
            summary.channels == ["TotalActivePower", "Phase1ActivePower", "Phase2Voltage", "Alpha", "Zeta"]
        )
        #expect(summary.units == ["kW", "", "V", "", ""])
        #expect(histories[0].meter == "IT1" && histories[0].values == [1.25, 0.5, 231.5, 8, 7])
        #expect(histories[0].times.map(\.description) == ["2024-03-01T00:00:00Z"])
        let reasons = Dictionary(
            uniqueKeysWithValues: summary.files[0].columns.leftOut.map { ($0.name, $0.reason) }
        )
        #expect(reasons["Line1Current"] == "is empty" && reasons["Note"]?.contains("attribute") == true)
    }

    @Test("One document over many lines, several in a file, a list of them, one a line: all are the same")
    func forms() throws {
        let datasets = (0..<5).map { hour in
            UrbanText.dataset([
                UrbanText.line(
                    "2024-03-01T0\(hour):00:00",
                    [UrbanText.pod("IT1"), ("TotalActivePower", "\(hour)")]
                )
            ])
        }
        func spread(_ text: String) -> String {
            text.replacing(",", with: ",\n  ").replacing("{", with: "{\n")
        }
        let forms = [
            datasets.joined(separator: "\n"), datasets.joined(separator: "\r\n\r\n"),
            datasets.map(spread).joined(separator: "\n"), datasets.map(spread).joined(),
            "[" + datasets.joined(separator: ",") + "]",
            "[\n" + datasets.map(spread).joined(separator: ",\n") + "\n]\n",
        ]
        for (number, form) in forms.enumerated() {
            let (summary, histories) = try read(form)
            #expect(summary.accepted == 5 && summary.rejected == 0, "form \(number)")
            #expect(histories[0].values == [0, 1, 2, 3, 4], "form \(number)")
        }
        let zipped = try folder.file("counter.ndjson.gz", Gzip.member(Array(forms[0].utf8)))
        #expect(try ReadingFiles(paths: [zipped]).read().histories[0].values == [0, 1, 2, 3, 4])
    }

    @Test("A POD with several panels has a meter for each of them; others are called by the POD alone")
    func panels() throws {
        let lines = [("A", "1"), ("A", "2"), ("B", "1")].flatMap { pod, panel in
            (0..<3).map { hour in
                UrbanText.line(
                    "2024-03-01T0\(hour):00:00",
                    [
                        UrbanText.pod(pod), ("ElectricPanelID", "\"\(panel)\""),
                        ("TotalActivePower", "\(hour).5"),
                    ]
                )
            }
        }
        let (summary, histories) = try read(UrbanText.dataset(lines))
        #expect(
            histories.map(\.meter) == ["A/1", "A/2", "B"] && summary.duplicates == 0 && summary.accepted == 9
        )
        var choice = ColumnChoice()
        choice.meter = ["electric_panel_id", "PODID"]
        #expect(try read(UrbanText.dataset(lines), choice).histories.map(\.meter) == ["1/A", "1/B", "2/A"])
    }

    @Test("Texts are attributes of the meter: the line's before the dataset's, and the last that it had")
    func attributes() throws {
        let text = """
            {"UrbanDataset": {"context": {"producer": {"id": "town"}, "coordinates": {"latitude": 45.5, "height": 3}},
             "values": {"line": [
              {"period": {"start_ts": "2024-03-01T00:00:00"}, "coordinates": {"latitude": 44.25}, "property": [
               {"name": "PODID", "val": "IT1"}, {"name": "TownCode", "val": "058091"}, {"name": "Lamp", "val": "old"},
               {"name": "TotalActivePower", "val": "1"}]},
              {"period": {"start_ts": "2024-03-01T01:00:00"}, "property": [
               {"name": "PODID", "val": "IT1"}, {"name": "Lamp", "val": "new \\"LED\\""},
               {"name": "ElectricPanelID", "val": ""}, {"name": "TotalActivePower", "val": "1"}]}]}}}
            """
        let path = try folder.file("a.json", text)
        let readings = try ReadingFiles(paths: [path]).readAll()
        let expected: [Name: Name] = [
            "PODID": "IT1", "TownCode": "058091", "Lamp": "new \"LED\"", "latitude": "45.5", "height": "3",
            "producer": "town",
        ]
        #expect(readings.attributes == ["IT1": expected])
        #expect(readings.summary.notes.contains { $0.contains("`Lamp` changes 1 times") })
    }

    // MARK: Dialects

    @Test("Numbers in quotes, decimal commas, null, empty texts and numbers without quotes in one property")
    func numbers() throws {
        let cells = ["\"0,5\"", "1.5", "null", "\"null\"", "\" \"", "\"2,75\"", "1e-1", "\"\\u0033,5\""]
        let lines = cells.enumerated().map { hour, cell in
            UrbanText.line("2024-03-01T0\(hour):00:00", [UrbanText.pod("IT1"), ("totalactivepower", cell)])
        }
        let (summary, histories) = try read(UrbanText.dataset(lines))
        #expect(summary.channels == ["TotalActivePower"] && summary.missing == 3 && summary.accepted == 5)
        #expect(values(histories[0]) == ["0.5", "1.5", "-", "-", "-", "2.75", "0.1", "3.5"])
    }

    @Test("A comma that may stand between thousands is refused with the flag that decides it")
    func openDecimal() throws {
        let lines = ["1,155", "2,250"].enumerated().map { hour, cell in
            UrbanText.line(
                "2024-03-01T0\(hour):00:00",
                [UrbanText.pod("IT1"), ("TotalActivePower", "\"\(cell)\"")]
            )
        }
        let error = #expect(throws: ReadingsError.self) { try read(UrbanText.dataset(lines)) }
        #expect(error?.code == .decimalOpen && error?.sentence.contains("--decimal") == true)
        var choice = ColumnChoice()
        choice.decimal = .comma
        #expect(try read(UrbanText.dataset(lines), choice).histories[0].values == [1.155, 2.25])
    }

    @Test(
        "Times without an offset are in the zone of the context",
        arguments: [
            ("UTC+1", -60), ("GMT-03:30", 210), ("+0200", -120), ("utc", 0), ("CET", -60), ("UTC +1", -60),
            ("Europe/Rome", -120), ("Asia/Kolkata", -330),
        ]
    )
    func zones(zone: String, minutes: Int64) throws {
        let lines = ["2024-07-01T12:00:00", "2024-07-01T13:00:00+05:00"].map {
            UrbanText.line($0, [UrbanText.pod("IT1"), ("TotalActivePower", "1")])
        }
        let times = try read(UrbanText.dataset(lines, zone: zone)).histories[0].times
        let noon = try #require(Timestamp("2024-07-01T12:00:00Z")).milliseconds
        let expected = [noon + minutes * 60_000, noon - 4 * 3_600_000].sorted()
        #expect(times.map(\.milliseconds) == expected)
    }

    @Test("Without a zone in the context the zone of the build counts; with one that differs it is said")
    func zoneOfBuild() throws {
        let line = UrbanText.line("2024-07-01T12:00:00", [UrbanText.pod("IT1"), ("TotalActivePower", "1")])
        let own = try read([("a.json", UrbanText.dataset([line], zone: nil))], zone: "Europe/Rome")
        #expect(own.histories[0].times.map(\.description) == ["2024-07-01T10:00:00Z"])
        let other = try read([("a.json", UrbanText.dataset([line], zone: "UTC+1"))], zone: "Europe/Rome")
        #expect(other.histories[0].times.map(\.description) == ["2024-07-01T11:00:00Z"])
        #expect(other.summary.warnings.contains { $0.contains("Europe/Rome") })
    }

    @Test("Times without an offset in a zone that is not known are refused, unless --timezone names one")
    func unknownZone() throws {
        let values = [UrbanText.pod("IT1"), ("TotalActivePower", "1")]
        let line = UrbanText.line("2024-07-01T12:00:00", values)
        let known = UrbanText.dataset([UrbanText.line("2024-07-01T11:00:00", values)], zone: "UTC")
        let text = known + "\n" + UrbanText.dataset([line], zone: "here")
        let error = #expect(throws: ReadingsError.self) { try read([("a.json", text)], zone: nil) }
        #expect(error?.code == .zoneUnknown && error?.line == 2)
        let sentence = try #require(error?.sentence)
        #expect(sentence.contains("`here`") && sentence.contains("--timezone"))
        var choice = ColumnChoice()
        choice.hasGivenZone = true
        let given = try read([("a.json", text)], zone: "Europe/Rome", choice)
        let times = given.histories[0].times.map(\.description)
        #expect(times == ["2024-07-01T10:00:00Z", "2024-07-01T11:00:00Z"])
        #expect(given.summary.warnings.contains { $0.contains("`here`") && $0.contains("--timezone") })
        // With offsets the zone changes nothing.
        let whole = UrbanText.line("2024-07-01T12:00:00+02:00", values)
        let absolute = try read([("a.json", UrbanText.dataset([whole], zone: "here"))])
        #expect(absolute.histories[0].times.map(\.description) == ["2024-07-01T10:00:00Z"])
        #expect(absolute.summary.warnings.contains { $0.contains("`here`") && $0.contains("have offsets") })
        #expect(absolute.summary.zoneEvidence?.moments.keys.contains(7_200_000) == true)
    }

    @Test("A dataset without its outer brace, other letters of keys, a line and a property that stand alone")
    func looseShape() throws {
        let text = """
            {"Values": {"Line": {"ID": "1", "Period": {"START_TS": "2024-03-01 00:00", "end_ts": ""},
              "Property": {"Name": "Total_Active_Power", "Value": "4.5"}, "extra": [[{"a": "}\\"{"}]]}},
             "context": {"timeZone": null}}
            """
        let (summary, histories) = try read([("lamp.json", text)])
        #expect(histories[0].meter == "lamp" && histories[0].values == [4.5])
        #expect(summary.warnings.contains { $0.contains("PODID") && $0.contains("--meter-name") })
    }

    @Test("In a zone with summer time, the order tells the two passes of the repeated hour apart")
    func repeatedHour() throws {
        let stamps = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"].map { "2024-10-27T\($0):00" }
        let lines = stamps.map { UrbanText.line($0, [UrbanText.pod("IT1"), ("TotalActivePower", "1")]) }
        let datasets = lines.map { UrbanText.dataset([$0], zone: "Europe/Rome") }
        let (summary, histories) = try read(datasets.joined(separator: "\n"))
        #expect(summary.accepted == 6 && summary.duplicates == 0)
        let times = histories[0].times.map(\.milliseconds)
        #expect(zip(times.dropFirst(), times).allSatisfy { $0 - $1 == 1_800_000 })
    }

    @Test("Units that cannot be converted into each other are refused")
    func otherUnits() throws {
        let datasets = ["kilowatt", "volt"].enumerated().map { hour, unit in
            UrbanText.dataset(
                [
                    UrbanText.line(
                        "2024-03-01T0\(hour):00:00",
                        [UrbanText.pod("IT1"), ("TotalActivePower", "2")]
                    )
                ],
                units: ["TotalActivePower": unit]
            )
        }
        let error = #expect(throws: ReadingsError.self) { try read(datasets.joined(separator: "\n")) }
        #expect(error?.code == .columnAmbiguous && error?.sentence.contains("--value") == true)
    }

    @Test("A unit that later documents declare otherwise is converted")
    func units() throws {
        let datasets = ["kilowatt", "watt", "megawatt"].enumerated().map { hour, unit in
            UrbanText.dataset(
                [
                    UrbanText.line(
                        "2024-03-01T0\(hour):00:00",
                        [UrbanText.pod("IT1"), ("TotalActivePower", "2")]
                    )
                ],
                units: ["TotalActivePower": unit]
            )
        }
        let (summary, histories) = try read(datasets.joined(separator: "\n"))
        #expect(summary.units == ["kW"] && histories[0].values == [2, 0.002, 2_000])
    }
}
