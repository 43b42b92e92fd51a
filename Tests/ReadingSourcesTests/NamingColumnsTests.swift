import ReadingSources
import Readings
import TestSupport
import Testing

/// Columns that are called like labels, quantities and meters, and are something else.
@Suite("Columns that name something else") struct NamingColumnsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String, _ choice: ColumnChoice = ColumnChoice()) throws -> FileReadings {
        try ReadingFiles(paths: [try folder.file("site.csv", text)], columns: choice).readAll()
    }

    private func rows(_ header: String, _ count: Int = 30, _ row: (Int) -> String) -> String {
        let rows = (0..<count).map { row in
            "2024-01-\(row / 24 + 10) \(row % 24 < 10 ? "0" : "")\(row % 24):00"
        }
        return header + "\n" + rows.enumerated().map { "\($1),\(row($0))\n" }.joined()
    }

    @Test("A label that never says normal or anomalous is text, and is said to be")
    func labels() throws {
        let constant = try read(rows("time,label,kwh") { "House main meter,0.\($0)5" })
        #expect(constant.summary.files[0].columns.label == nil)
        #expect(constant.attributes.values.first == ["label": "House main meter"])
        #expect(constant.summary.notes.contains { $0.contains("--label label") })
        let devices = try read(rows("time,label,kwh", 100) { "\($0 < 50 ? "Fridge" : "Dryer"),0.\($0)5" })
        #expect(devices.summary.states == ["label"] && devices.histories[0].labels.allSatisfy { $0 == nil })
        let kinds = try read(rows("time,label,kwh") { "\($0 == 7 ? "spike" : "normal"),0.\($0)5" })
        #expect(kinds.summary.files[0].columns.label?.name == "label")
        let rare = try read(rows("time,label,kwh") { "\($0 == 7 ? "spike" : ""),0.\($0)5" })
        #expect(rare.summary.files[0].columns.label?.name == "label")
    }

    @Test("A column called label that tells rows of one time apart names the meter or the quantity")
    func labelOfDevice() throws {
        let text =
            "time,label,watts\n"
            + (0..<9).flatMap { hour in
                ["Fridge", "Dryer"].map { "2024-01-13 0\(hour):00,\($0),\(hour).5\n" }
            }.joined()
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.code == .rowsNotTold && error?.sentence.contains("--meter label") == true)
    }

    @Test("Versions of rows are corrections and no meters")
    func versions() throws {
        let text =
            "meter,time,version,kwh\n"
            + (0..<9).map {
                "m1,2024-01-13 0\($0):00,1,0.\($0)\n"
                    + ($0 % 3 == 0 ? "m1,2024-01-13 0\($0):00,2,1.\($0)\n" : "")
            }
            .joined()
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.sentence.contains("give --corrections") == true)
        var choice = ColumnChoice()
        choice.corrections = true
        let corrected = try read(text, choice)
        #expect(corrected.histories.map(\.meter) == ["m1"] && corrected.summary.channels == ["kwh"])
        #expect(corrected.histories[0].values.prefix(2) == [1, 0.1])
    }

    @Test("Numbers of channels that report in turn name the meters")
    func interleaved() throws {
        let text =
            "time,ch,value\n"
            + (0..<10).flatMap { hour in
                (1...3).map { "2024-01-13 0\(hour):00:\($0 * 13),\($0),\($0)\(hour).5\n" }
            }.joined()
        let readings = try read(text)
        #expect(readings.histories.map(\.meter) == ["1", "2", "3"] && readings.summary.channels == ["value"])
    }

    @Test("Electricity and gas of one file are two series, however few rows of one there are")
    func commodities() throws {
        let text =
            "time,commodity,usage\n"
            + (0..<60).map { row in
                let time = "2024-01-\(row / 10 + 10) 0\(row % 10):00"
                return "\(time),Electric,0.\(row)\n" + (row % 15 == 0 ? "\(time),Gas,3.\(row)\n" : "")
            }.joined()
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.code == .rowsNotTold && error?.sentence.contains("--channel commodity") == true)
    }

    @Test("Identifiers, counters, codes and costs are no quantities")
    func notMeasured() throws {
        let text = rows("time,geoid,seq,code,cost,OPR_HR,kwh") {
            "8741,\($0 + 1),0000008\($0 % 2),$0.\($0 % 4 + 1),\($0 % 24 + 1),0.\($0)5"
        }
        let summary = try read(text).summary
        #expect(summary.channels == ["kwh"] && summary.states.isEmpty)
        let reasons = summary.files[0].columns.leftOut.map(\.reason)
        #expect(
            reasons.contains("is a code with leading zeros") && reasons.contains("holds amounts of money")
        )
        // A counter by another name, and a constant that may be measured.
        let others = try read(rows("time,n,volt,kwh") { "\($0 + 100),230,0.\($0)5" }).summary
        #expect(others.channels == ["volt", "kwh"])
        #expect(others.files[0].columns.leftOut.map(\.reason) == ["counts the rows"])
    }

    @Test(
        "Marks around some numbers of a column are read",
        arguments: [
            ("0.5 E", 0.5), ("0.5*", 0.5), ("(0.5)", -0.5), ("0.5-", -0.5), ("0.5k", 500), ("0.5*kWh", 0.5),
        ]
    ) func marks(cell: String, value: Double) throws {
        let text = rows("time,kwh") { $0 % 4 == 0 ? cell : "0.\($0)5" }
        let readings = try read(text)
        #expect(readings.histories[0].values[4] == value && readings.histories[0].values[5] == 0.55)
        #expect(readings.summary.rejected == 0 && !readings.summary.notes.isEmpty)
    }

    @Test("Where E stands behind some numbers, A behind the others is no ampere")
    func actual() throws {
        let readings = try read(rows("time,kwh") { "0.\($0)5 \($0 % 4 == 0 ? "E" : "A")" })
        #expect(readings.summary.accepted == 30 && readings.summary.units == [""])
        #expect(try read(rows("time,i") { "0.\($0)5 A" }).summary.units == ["A"])
    }
}
