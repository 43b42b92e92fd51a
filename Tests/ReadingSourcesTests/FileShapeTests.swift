import ReadingSources
import Readings
import TestSupport
import Testing

/// What files look like that people export: inputs of every shape, and what must be read of them.
@Suite("Shapes of files") struct FileShapeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ text: String,
        name: String = "site.csv",
        _ choice: ColumnChoice = ColumnChoice(),
        clock: LocalClock = .utc
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        try read(bytes: Array(text.utf8), name: name, choice, clock: clock)
    }

    private func read(
        bytes: [UInt8],
        name: String = "site.csv",
        _ choice: ColumnChoice = ColumnChoice(),
        clock: LocalClock = .utc
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        var files = try ReadingFiles(paths: [try folder.file(name, bytes)], columns: choice)
        files.clock = clock
        return try files.read()
    }

    private static let rows = [
        "2024-05-06 00:00", "2024-05-06 01:00", "2024-05-06 02:00", "2024-05-06 03:00",
    ]

    private func values(_ histories: [MeterHistory]) -> [Double] { histories.flatMap(\.values) }

    @Test(
        "Lines above the header are passed over, however they look",
        arguments: [
            "Customer: A. Sample\nAddress: 1 Long Road, Smalltown\n\n",
            "\"Export\",,\n\"From\",2024-05-01,\n\"To\",2024-05-31,\n,,\n",
            "# made by a logger\n# serial 0042, firmware 7\n",
            "Meter 7\n",
        ]
    ) func preamble(above: String) throws {
        let body = Self.rows.enumerated().map { "\($1),\($0).5,fine\n" }.joined()
        let (summary, histories) = try read(above + "Time,Load,Note\n" + body)
        #expect(summary.channels == ["Load"] && values(histories) == [0.5, 1.5, 2.5, 3.5])
        #expect(summary.notes.contains { $0.contains("the header is in line") })
    }

    @Test("A row longer than the others, with a date behind their ends, is a bad row and nothing else")
    func dateBehindTheEnd() throws {
        let rows = Self.rows.dropLast().enumerated().map { "\($0).5,\($1),x\n" }.joined()
        let text = "load,when\n" + rows + "3.5,\(Self.rows[3]),x,,2024-05-06 04:00\n"
        let (summary, histories) = try read(text)
        #expect(summary.channels == ["load"] && values(histories) == [0.5, 1.5, 2.5])
        #expect(summary.rejected == 1)
    }

    @Test("--header-line overrules, and names a line that is there") func headerLine() throws {
        let body = Self.rows.map { "\($0),1\n" }.joined()
        let text = "old time,old load\ntime,load\n" + body
        var choice = ColumnChoice()
        #expect(try read(text).summary.channels == ["load"])
        choice.headerLine = 1
        #expect(try read(text, choice).summary.channels == ["old load"])
        choice.headerLine = 0
        #expect(try read(body, choice).summary.channels == ["2"])
        choice.headerLine = 99
        #expect(throws: ReadingsError.self) { try read(text, choice) }
    }

    @Test("A file without a header is read if it is certain, else refused") func noHeader() throws {
        let body = Self.rows.map { "\($0),1.5\n" }.joined()
        let (summary, histories) = try read(body)
        #expect(summary.channels == ["2"] && values(histories).count == 4)
        let named = Self.rows.enumerated().map { "\($0 % 2 == 0 ? "a" : "b"),\($1),1.5\n" }.joined()
        do {
            _ = try read(named)
            Issue.record("two meters became one")
        } catch let error as ReadingsError {
            #expect(error.code == .headerMissing && error.sentence.contains("--meter 1"))
        }
    }

    @Test("A header of units alone is a header", arguments: ["time,kW", "time;kWh", "Datum|W"])
    func unitsForNames(header: String) throws {
        let delimiter = header.first { ",;|".contains($0) } ?? ","
        let body = Self.rows.map { "\($0)\(delimiter)7\n" }.joined()
        #expect(
            try read(header + "\n" + body).summary.channels.map(\.text) == [
                String(header.split(separator: delimiter)[1])
            ]
        )
    }

    @Test("A row of units below the header names the units") func unitsRow() throws {
        let (summary, _) = try read(
            "Zeit;Bezug;Netz\n;[Wh];(V)\n06.05.2024 00:00;1200;230,5\n06.05.2024 00:15;1180;230,1\n"
        )
        #expect(summary.units == ["Wh", "V"] && summary.rejected == 0 && summary.rows == 2)
    }

    @Test("Encodings and line ends", arguments: ["utf8", "1252", "utf16le", "utf16be", "cr"])
    func encodings(kind: String) throws {
        // Enough plain rows that the first odd byte is not among the first ones.
        let text =
            "Zähler,Zeit,Höhe\n"
            + (0..<4_000).map {
                "Süd,2024-05-\(10 + $0 / 1_440) \($0 / 60 % 24):\($0 % 60 < 10 ? "0" : "")\($0 % 60),1.5\n"
            }
            .joined()
        let late =
            text.replacing("Zähler", with: "meter").replacing("Höhe", with: "load").replacing(
                "Süd",
                with: "S"
            ) + "Süd,2024-06-01 00:00,2\n"
        let bytes: [UInt8] =
            switch kind {
            case "utf8": Array(text.utf8)
            case "1252": Array(late.unicodeScalars.map { UInt8($0.value) })
            case "utf16le": text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
            case "utf16be": [0xfe, 0xff] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
            default: Array(text.replacing("\n", with: "\r").utf8)
            }
        let (summary, histories) = try read(bytes: bytes)
        #expect(summary.rejected == 0 && summary.rows == (kind == "1252" ? 4_001 : 4_000))
        #expect(histories.map(\.meter).last == "Süd")
        #expect(summary.notes.contains { $0.contains("Windows-1252") } == (kind == "1252"))
    }

    @Test("What spreadsheets leave costs nothing") func spreadsheet() throws {
        let (summary, histories) = try read(
            #"""
            sep=;
            Nr;Zeit;kWh;Text
            ="007";06.05.2024 00:00;1,5;a;
            "=""007""";06.05.2024 01:00;2,5
            ="007";06.05.2024 02:00;3,5;;;
            # by hand
            Nr;Zeit;kWh;Text
            ="007";06.05.2024 03:00;4,5;b;
            Summe;;12,0;

            """#,
            ColumnChoice(meter: "Nr")
        )
        #expect(histories.map(\.meter) == ["007"] && values(histories) == [1.5, 2.5, 3.5, 4.5])
        #expect(summary.rejected == 0 && summary.rows == 4)
        #expect(summary.notes.count { $0.contains("lines that are no readings") } == 3)
    }

    @Test("A second header with other columns is refused") func otherHeader() {
        let text = "time,a,b\n2024-05-06,1,2\n2024-05-07,1,2\ntime,b,a\n2024-05-08,1,2\n"
        #expect(throws: ReadingsError.self) { try read(text) }
    }

    @Test("Columns of one name are numbered, and none is taken for another") func sameNames() throws {
        let text = "time,x,x,x 1\n" + Self.rows.map { "\($0),1,2,3\n" }.joined()
        #expect(try read(text).summary.channels == ["x 2", "x 3", "x 1"])
        #expect(throws: ReadingsError.self) { try read(text, ColumnChoice(values: ["x"])) }
        #expect(try read(text, ColumnChoice(values: ["x 3"])).histories[0].values.first == 2)
    }

    @Test("A column of clocks beside the time is no channel, one of large numbers is") func secondClock()
        throws
    {
        let text =
            "time,unix,register\n"
            + (0..<6).map { "2024-05-06 0\($0):00,\(1_714_953_600 + $0 * 3_600),\(1_700_000_000 + $0 * 7)\n" }
            .joined()
        let (summary, _) = try read(text)
        #expect(summary.channels == ["register"])
        #expect(summary.files[0].columns.leftOut.map(\.name) == ["unix"])
    }

    @Test("A bad cell costs itself, and is counted by its word") func badCells() throws {
        let text =
            "time,a,b\n" + Self.rows.map { "\($0),oops,2\n" }.joined()
            + "2024-05-06 04:00,1,2\n2024-05-06 05:00,1,2\n"
            + (6..<12).map { "2024-05-06 \($0):00,1,2\n" }.joined()
        let (summary, histories) = try read(text)
        #expect(summary.accepted == 12 && summary.rejected == 0 && summary.badCells == ["oops": 4])
        #expect(histories[0].values[0].isNaN && histories[0].values[1] == 2)
        var choice = ColumnChoice()
        choice.missing = ["oops"]
        #expect(try read(text, choice).summary.badCells.isEmpty)
    }

    @Test("A dead meter of a wide file stops nothing, and every cell is counted") func deadMeter() throws {
        let rows = (0..<40).map { "2024-05-\($0 / 24 + 6) \($0 % 24):00,\($0 < 4 ? "1.5" : "defect"),2.5\n" }
            .joined()
        let (summary, histories) = try read(
            "time,A,B\n" + rows,
            ColumnChoice(values: ["A", "B"], wide: true)
        )
        #expect(
            summary.rows == 80 && summary.accepted == 44 && summary.rejected == 36 && summary.missing == 0
        )
        #expect(histories.map(\.meter) == ["A", "B"] && histories.map(\.count) == [4, 40])
    }
}
