import ReadingSources
import Readings
import TestSupport
import Testing

/// Rows that do not fit the header above them.
@Suite("Rows that do not fit the header") struct CutRowsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ text: String) -> ReadingsError? {
        do {
            _ = try folder.read(text)
            return nil
        } catch {
            return error as? ReadingsError
        }
    }

    private func rows(_ header: String, _ row: (Int) -> String) -> String {
        header + "\n" + (0..<9).map { row($0) + "\n" }.joined()
    }

    @Test("A decimal comma without quotes makes too many fields, which is said with the line and the count")
    func decimalCommas() throws {
        let error = refusal(rows("time,kwh") { "2024-01-13 0\($0):00:00,0,3\($0)" })
        #expect(error?.code == .headerMalformed && error?.line == 2)
        #expect(error?.sentence.contains("3 fields, and the header has 2 names") == true)
        #expect(refusal(rows("meter,time,kwh,status") { "m,2024-01-13 0\($0):00,0,3\($0),ok" }) != nil)
        #expect(refusal(rows("time,kwh,") { "2024-01-13 0\($0):00:00,0,3\($0)" }) != nil)
        #expect(refusal(rows("time,kwh") { "2024-01-13 0\($0):00:00,00\($0),0.3\($0)" }) != nil)
    }

    @Test("A first column without a name, and delimiters at the end of rows, are none of this")
    func otherwise() throws {
        let numbered = try folder.read(
            rows("\"time\",\"kwh\"") { "\"\($0 + 1)\",\"2024-01-13 0\($0):00\",0.\($0)" }
        )
        #expect(numbered.summary.accepted == 9 && numbered.summary.channels == ["kwh"])
        let trailing = try folder.read(rows("time,kwh") { "2024-01-13 0\($0):00,0.\($0),," })
        #expect(trailing.summary.accepted == 9 && trailing.summary.channels == ["kwh"])
        var choice = ColumnChoice()
        choice.headerLine = 1
        let asked = try folder.read(rows("time,kwh") { "2024-01-13 0\($0):00,\($0).5,note" }, choice)
        #expect(asked.summary.accepted == 9)
    }

    @Test(
        "Another header is refused with its line, whichever of the two parts is longer",
        arguments: [3, 40]
    )
    func otherHeaders(count: Int) throws {
        func part(_ header: String, _ count: Int, _ row: (Int) -> String) -> String {
            header + "\n" + (0..<count).map { row($0) + "\n" }.joined()
        }
        func day(_ row: Int) -> String { "2024-01-\(row / 10 + 10) 0\(row % 10):00" }
        let first = part("time,meter,kwh", 20) { "\(day($0)),m1,0.\($0)5" }
        let error = refusal(first + part("meter,time,kwh", count) { "m1,\(day($0 + 20)),0.\($0)5" })
        #expect(error?.code == .headerMalformed && error?.line == 22)
        let received = part("Received,Usage,Quality", count) { "\(day($0)),0.\($0)1,ok" }
        let delivered = part("Delivered,Usage,Quality", 20) { "\(day($0)),0.\($0)5,ok" }
        #expect(refusal(delivered + received)?.line == 22)
        let same = try folder.read(
            first + part("\u{FEFF}Time,meter,kwh", count) { "\(day($0 + 20)),m1,0.\($0)5" }
        )
        #expect(same.summary.accepted == 20 + count)
    }
}
