import ReadingSources
import Readings
import Statistics
import TestSupport
import Testing

/// Lines of one period, lines that cannot be read, and files that are refused.
@Suite("Repeated and bad lines of UrbanDatasets") struct UrbanRepeatsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ text: String,
        rejects: String? = nil,
        _ choice: ColumnChoice = ColumnChoice()
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        let path = try folder.file("counter.json", text)
        let result = try ReadingFiles(paths: [path], columns: choice, rejects: rejects).read()
        let summary = result.summary
        let sum =
            summary.accepted + summary.missing + summary.rejected + summary.duplicates + summary.outsideRange
        #expect(summary.rows == sum)
        return result
    }

    private func line(_ hour: Int, id: Int? = nil, _ values: [(String, String)]) -> String {
        UrbanText.line("2024-03-01T0\(hour):00:00", [UrbanText.pod("IT1")] + values, id: id)
    }

    @Test("Of repeated periods the last id counts, wherever it stands; without ids the later line")
    func lastCounts() throws {
        let active = "TotalActivePower"
        let withIds = [
            line(0, id: 3, [(active, "30")]), line(1, id: 4, [(active, "5")]),
            line(0, id: 1, [(active, "10")]),
            line(0, id: 2, [(active, "30")]),
        ]
        let (summary, histories) = try read(UrbanText.dataset(withIds))
        #expect(histories[0].values == [30, 5] && summary.duplicates == 2 && summary.equalDuplicates == 1)
        let without = withIds.map { $0.replacing(/"id":[0-9],/, with: "") }
        #expect(try read(UrbanText.dataset(without)).histories[0].values == [30, 5])
        let reversed = [line(0, [(active, "30")]), line(0, [(active, "10")])]
        #expect(try read(UrbanText.dataset(reversed)).histories[0].values == [10])
    }

    @Test("Lines of one period with different properties are one reading, also of different documents")
    func parts() throws {
        let lines = [
            line(0, [("TotalActivePower", "1"), ("Phase1Voltage", "null")]),
            line(1, [("TotalActivePower", "2")]),
            line(0, [("Phase1Voltage", "230")]), line(1, [("Phase1Voltage", "231"), ("Line1Current", "4")]),
        ]
        let forms = [UrbanText.dataset(lines), lines.map { UrbanText.dataset([$0]) }.joined(separator: "\n")]
        for form in forms {
            let (summary, histories) = try read(form)
            #expect(summary.channels == ["TotalActivePower", "Line1Current", "Phase1Voltage"])
            #expect(summary.rows == 2 && summary.duplicates == 0 && summary.accepted == 2)
            #expect(histories[0].values.map { $0.isNaN ? -1 : $0 } == [1, -1, 230, 2, 4, 231])
            #expect(summary.notes.contains { $0.hasPrefix("2 lines have other properties") })
        }
    }

    /// Random lines of few periods and properties, merged by the rule in its simplest form.
    @Test("Merging agrees with the obvious rule", arguments: 0..<20)
    func mergingTwin(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let names = ["TotalActivePower", "Line1Current", "Phase1Voltage"]
        var expected: [Int: [Double?]] = [:]
        var lines: [String] = []
        for number in 0..<60 {
            let hour = Int.random(in: 0..<9, using: &random)
            var values: [(String, String)] = []
            for (channel, name) in names.enumerated() where Bool.random(using: &random) {
                let isMissing = Int.random(in: 0..<4, using: &random) == 0
                values.append((name, isMissing ? "\"\"" : "\(number * 10 + channel)"))
                expected[hour, default: [nil, nil, nil]][channel] =
                    isMissing ? expected[hour]?[channel] : Double(number * 10 + channel)
            }
            expected[hour] = expected[hour] ?? [nil, nil, nil]
            lines.append(line(hour, values))
        }
        var documents: [String] = []
        while !lines.isEmpty {
            let count = Int.random(in: 1...min(7, lines.count), using: &random)
            documents.append(UrbanText.dataset(Array(lines.prefix(count))))
            lines.removeFirst(count)
        }
        let (summary, histories) = try read(documents.joined(separator: "\n"))
        #expect(summary.accepted + summary.missing == expected.count)
        let rows = expected.sorted { $0.key < $1.key }.map { $0.value.map { $0 ?? .nan } }
        #expect(histories[0].values.map(\.bitPattern) == rows.flatMap { $0 }.map(\.bitPattern))
    }

    @Test(
        "A bad property costs that property; a bad line or document costs itself, and is said with its line"
    )
    func badParts() throws {
        let long = (0..<6).map { ("Phase1Voltage", "\"23\($0).5\"") }
        let good = (0..<6).map { UrbanText.dataset([line($0, [("TotalActivePower", "1"), long[$0]])]) }
        let text = [
            good[0],
            UrbanText.dataset([line(7, [("TotalActivePower", "\"broken\""), ("Phase1Voltage", "\"230.5\"")])]
            ),
            String(good[1].dropLast(3)),
            good[1], good[2], good[3],
            UrbanText.dataset([
                UrbanText.line("2024-13-01T00:00:00", [UrbanText.pod("IT1"), ("TotalActivePower", "1")])
            ]),
            UrbanText.dataset([UrbanText.line("2024-03-01T08:00:00", [("TotalActivePower", "1")])]),
            #"{"type":"hello"}"#,
            good[4], good[5],
        ].joined(separator: "\n")
        let rejects = folder.path("rejects.csv")
        let (summary, histories) = try read(text, rejects: rejects)
        #expect(summary.accepted == 7 && summary.rejected == 4)
        #expect(histories[0].values[12].isNaN && histories[0].values[13] == 230.5)
        #expect(summary.badCells == ["broken": 1])
        let rows = try TemporaryFolder.text(at: rejects).split(separator: "\n").dropFirst()
        let expected = [
            (2, "TotalActivePower is not a number"), (3, "JSON that ends too early"), (7, "not a timestamp"),
            (8, "no meter"), (9, "no UrbanDataset"),
        ]
        #expect(rows.count == expected.count)
        for (row, (line, reason)) in zip(rows, expected) {
            #expect(row.contains("counter.json,\(line),") && row.contains(reason), "\(row)")
        }
    }

    @Test("In a document over many lines the line of a bad line of values is its own")
    func lineNumbers() throws {
        let lines = (0..<6).map { hour in
            "\n"
                + (hour == 3
                    ? UrbanText.line("never", [UrbanText.pod("IT1"), ("TotalActivePower", "1")])
                    : line(hour, [("TotalActivePower", "1")]))
        }
        let rejects = folder.path("rejects.csv")
        #expect(
            try read("{\n" + UrbanText.dataset(lines).dropFirst(), rejects: rejects).summary.rejected == 1
        )
        #expect(try TemporaryFolder.text(at: rejects).contains("counter.json,6,"))
    }

    @Test(
        "What is refused, and with which advice",
        arguments: [
            (#"{"a": 1}"#, "no UrbanDataset"), (#"[1, 2"#, "expected UrbanDataset 2.0 or CSV"),
            (String(repeating: "[", count: 300), "expected UrbanDataset"),
            (
                #"{"a":"# + String(repeating: "[", count: 90) + String(repeating: "]", count: 90) + "}",
                "nested too deeply"
            ),
        ]
    )
    func refusals(text: String, advice: String) throws {
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.sentence.contains(advice) == true, "\(String(describing: error))")
        #expect(error?.line == 1)
    }

    @Test("A document over 64 MiB is refused with advice")
    func tooLarge() throws {
        let text = "{\"a\":\"" + String(repeating: "x", count: 65 << 20) + "\"}"
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.code == .tooLarge && error?.sentence.contains("one UrbanDataset a line") == true)
    }

    @Test("Lines without a POD that contradict each other are refused with the flags that decide")
    func nothingTells() throws {
        let lines = (0..<8).flatMap { hour in
            (0..<2).map {
                UrbanText.line("2024-03-01T0\(hour):00:00", [("TotalActivePower", "\(hour * 2 + $0)")])
            }
        }
        let error = #expect(throws: ReadingsError.self) { try read(UrbanText.dataset(lines)) }
        #expect(error?.code == .rowsNotTold && error?.sentence.contains("--meter") == true)
        var choice = ColumnChoice()
        choice.corrections = true
        #expect(
            try read(UrbanText.dataset(lines), choice).histories[0].values
                == (0..<8).map { Double($0 * 2 + 1) }
        )
    }

    /// A table with random missing values, as CSV and as NDJSON of one reading a line.
    @Test("The same readings as CSV and as CounterReading are the same to the bit", arguments: 1...3)
    func sameAsCSV(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let names = [
            "Line1Current", "Line2Current", "Line3Current", "Phase1Voltage", "Phase2Voltage",
            "TotalActiveEnergy",
        ]
        var csv = (["PODID", "start_ts"] + names).joined(separator: ",") + "\n"
        var documents: [String] = []
        for quarter in 0..<(96 * 12) {
            let time = Timestamp(milliseconds: 1_700_000_100_000 + Int64(quarter) * 900_000).description
            for meter in ["T1", "T2"] where Int.random(in: 0..<20, using: &random) > 0 {
                let cells = names.map { _ in
                    let value = Double.random(in: -400...400, using: &random)
                    return Int.random(in: 0..<15, using: &random) == 0
                        ? "" : "\(Bool.random(using: &random) ? value : value.rounded())"
                }
                csv += ([meter, time] + cells).joined(separator: ",") + "\n"
                let isQuoted = Bool.random(using: &random)
                let values = zip(names, cells).map { name, cell in
                    (name, cell.isEmpty ? "null" : isQuoted ? "\"\(cell)\"" : cell)
                }
                documents.append(UrbanText.dataset([UrbanText.line(time, [UrbanText.pod(meter)] + values)]))
            }
        }
        let (jsonSummary, json) = try read(documents.joined(separator: "\n"))
        let (csvSummary, table) = try ReadingFiles(paths: [try folder.file("t.csv", csv)]).read()
        #expect(jsonSummary.channels == csvSummary.channels && jsonSummary.rows == csvSummary.rows)
        #expect(jsonSummary.missing == csvSummary.missing && json.count == 2 && table.count == 2)
        for (left, right) in zip(json, table) {
            #expect(left.meter == right.meter && left.times == right.times && left.labels == right.labels)
            #expect(left.values.map(\.bitPattern) == right.values.map(\.bitPattern))
        }
    }
}
