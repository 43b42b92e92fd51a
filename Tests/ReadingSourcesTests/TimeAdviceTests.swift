import ReadingSources
import Readings
import TestSupport
import Testing

/// Files of another form than a table with a row for each time are refused with what to do about it.
@Suite struct TimeAdviceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let files: [(text: String, advice: String)] = [
        ("\"time,kW\"\n\"2024-01-08 00:00,0.31\"\n\"2024-01-08 01:00,0.33\"\n", "quotes around the rows"),
        ("DATE TIME KW\n2024-01-08 00:00 0.31\n2024-01-08 01:00 0.33\n", "separated by blanks"),
        (
            "meter,2024-01-08 00:00,2024-01-08 01:00,2024-01-08 02:00\na,1.5,2.5,3.5\nb,1.5,2.5,3.5\n",
            "turn the table"
        ),
        ("year,month,day,hour,kW\n2024,1,8,0,0.31\n2024,1,8,1,0.33\n", "`year`, `month`, `day`"),
        (
            "OMIE;\n2024;01;13;1;51.5;48.1;\n2024;01;13;2;44.2;47.0;\n2024;01;14;1;44.2;47.0;\n",
            "make one column"
        ),
        (
            "Date,kWh\n" + (1...9).map { "2024-01-0\($0),5.5\n" }.joined() + "Date,Time,kWh\n"
                + (0...23).map { "2024-01-08,\($0):00,0.5\n" }.joined(), "a file of each part"
        ), ("date;time;kWh\n240113;000000;0,27\n240113;010000;0,28\n", "year with four digits"),
        ("Datum;kWh\n45299,000000;0,31\n45299,041667;0,33\n", "a date's format"),
        ("<?xml version=\"1.0\"?>\n<feed>\n<value>1</value>\n</feed>\n", "XML or HTML"),
        ("Date,Time,kWh\n2024-01-13,00:00,0.5\n,01:00,0.6\n,02:00,0.7\n,03:00,0.8\n", "Fill Down"),
        (
            "Meter,Time,kWh\na,2024-01-13 00:00,0.5\n,2024-01-13 01:00,0.6\n,2024-01-13 02:00,0.7\n",
            "Fill Down"
        ),
        ("time;kW\n2024-01-13 00:00;0,5\n2024-01-13 01:00;0.6\n", "decimal comma in some cells"),
    ]

    @Test(arguments: files) func saysWhatToDo(text: String, advice: String) {
        let error = #expect(throws: ReadingsError.self) { try folder.read(text) }
        #expect(error?.sentence.contains(advice) == true, "\(error?.sentence ?? "")")
        #expect(error?.sentence.contains("--time") == false)
    }

    @Test("Rows without a time share none, and no row of them is said to be lost")
    func noTimes() throws {
        let (summary, _) = try folder.read(
            "time,kW\nNaT,0.5\nNaT,0.6\n0000-00-00 00:00:00,0.7\n0000-00-00 00:00:00,0.8\n"
                + (0..<9).map { "2024-01-08 0\($0):00,1.\($0)\n" }.joined()
        )
        #expect(summary.accepted == 9 && summary.rejected == 4 && summary.warnings.isEmpty)
    }

    @Test("The hour that a clock change repeats replaces nothing, and nothing is said")
    func repeatedHour() throws {
        let text =
            "meter,time,kW\n"
            + [0, 1, 2, 2, 3, 4].enumerated().map {
                "a,2024-10-27 0\($1):00,\($0).5\nb,2024-10-27 0\($1):00,\($0).7\n"
            }
            .joined()
        var files = try ReadingFiles(paths: [try folder.file("readings.csv", text)])
        files.clock = try #require(LocalClock(identifier: "Europe/Rome"))
        #expect(try files.read().summary.warnings.isEmpty)
        files.clock = .utc
        #expect(try files.read().summary.warnings.contains { $0.contains("several rows") })
    }

    static let preambles = [
        "Account,1234567890\nService,Electric\n\n", "Created,2024-02-01 10:00\n",
        "Period,2024-01-13,2024-01-24\n",
        "Customer,ACME\nFrom,2024-01-13\n", "Report,x\nCreated,2024-02-01 10:00\nUser,jd\n\n",
    ]

    @Test("Lines above the header may have dates and long numbers", arguments: preambles)
    func preamble(above: String) throws {
        let rows = (0..<9).map { "1234567890123,2024-01-13 0\($0):00,1.\($0)\n" }.joined()
        let (summary, histories) = try folder.read(above + "MPAN,Time,kWh\n" + rows)
        #expect(summary.channels == ["kWh"] && summary.accepted == 9)
        #expect(histories.map(\.meter.text) == ["1234567890123"])
    }

    static let digits: [(cells: [String], first: String)] = [
        (["2401130000", "2401130100", "2401130200"], "2024-01-13T00:00:00Z"),
        (["240113000000", "240113001500", "240113003000"], "2024-01-13T00:00:00Z"),
        (["1704067200", "1704070800", "1704074400"], "2024-01-01T00:00:00Z"),
        (["1704010100", "1704010101", "1704010102"], "2023-12-31T08:08:20Z"),
        (["1504010000", "1504010100", "1504020000"], "2015-04-01T00:00:00Z"),
        (["638407008000000000", "638407044000000000"], "2024-01-13T00:00:00Z"),
        (["133495776000000000", "133495812000000000"], "2024-01-13T00:00:00Z"),
    ]

    @Test("What digits count is decided on the column", arguments: digits)
    func digitsAlone(cells: [String], first: String) throws {
        let (_, histories) = try folder.read("ts,kW\n" + cells.map { "\($0),0.5\n" }.joined())
        #expect(histories[0].times.first?.description == first)
    }
}
