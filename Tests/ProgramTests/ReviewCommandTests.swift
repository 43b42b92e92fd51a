import ProgramSupport
import TestSupport
import Testing

@Suite("gridkin review, and its verb", .timeLimit(.minutes(5)))
struct ReviewCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<400))
        try Program.succeed(["build", "a", "--from", "in.csv"], in: folder)
    }

    /// Pushes hours of both houses, with other values at some of them.
    private func push(_ client: LineClient, _ hours: Range<Int>, _ odd: [Int: [Int: String]]) throws {
        for hour in hours {
            for house in 1...2 {
                let value = odd[house]?[hour]
                let reading = "house-\(house) \(HouseReading.time(hour: hour)) \(value ?? "")"
                let usual = HouseReading(house: house, hour: hour).arguments
                let reply = try client.ask("PUSH \(value == nil ? usual : reading) k=1")
                #expect(reply.hasPrefix("OK "), "\(reply)")
            }
        }
    }

    private struct Row: Equatable {
        let id: String
        let incidents: Int
        let others: String
    }

    private func review(_ arguments: String...) throws -> [Row] {
        let output = try Program.succeed(["review", "a"] + arguments, in: folder).outputLines
        #expect(output.first == "id,incidents,alarms,meters,meter,start,end,kind,sentence,others")
        return output.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return Row(
                id: String(cells[0]),
                incidents: Int(cells[1]) ?? 0,
                others: String(cells[cells.count - 1])
            )
        }
    }

    @Test("Near-duplicates are one group, which a label takes out and its withdrawal brings back")
    func groups() throws {
        #expect(try review().isEmpty)
        let server = try ServingProgram(["a"], in: folder)
        let client = try server.connect()
        // Two alike, a day apart on two meters, and one that is not.
        try push(client, 400..<520, [1: [410: "45.5", 470: "-40"], 2: [434: "45.5"]])
        let incidents = try client.ask("INCIDENTS")
        let ids = incidents.matches(of: /"id":([0-9]+),"meter":"([^"]+)","start":"([^"]+)"/).map {
            (id: String($0.1), meter: String($0.2), start: String($0.3))
        }
        let first = try #require(ids.first { $0.start == HouseReading.time(hour: 410) }?.id)
        let second = try #require(ids.first { $0.start == HouseReading.time(hour: 434) }?.id)
        let other = try #require(ids.first { $0.start == HouseReading.time(hour: 470) }?.id)
        let rows = try review()
        let pair = try #require(rows.first { [first, second].contains($0.id) })
        #expect(pair.incidents >= 2 && ([pair.id] + words(pair.others)).contains(first), "\(rows)")
        #expect(([pair.id] + words(pair.others)).contains(second), "\(rows)")
        #expect(!([pair.id] + words(pair.others)).contains(other), "\(rows)")
        #expect(rows.reduce(0) { $0 + $1.incidents } == ids.count, "each is in one group: \(rows) \(ids)")
        #expect(try review("--limit", "1").count == 1)
        // The same without the server, from the same journal.
        #expect(try review("--offline") == rows)

        let labelled = try client.ask("LABEL house-1 incident=\(first) anomalous surge")
        #expect(labelled.hasPrefix("OK "), "\(labelled)")
        let left = try client.ask("REVIEW")
        #expect(left.contains(#""labelled":1,"settled":\#(pair.incidents - 1)}"#), "\(left)")
        #expect(!left.contains(#""id":\#(first),"#) && !left.contains(#""id":\#(second),"#), "\(left)")
        #expect(left.contains(#""id":\#(other),"#), "\(left)")
        #expect(try client.ask("UNLABEL house-1 incident=\(first)").hasPrefix("OK "))
        #expect(try review() == rows)
        // Normal of house-1 says nothing of house-2.
        #expect(try client.ask("LABEL house-1 incident=\(first) normal").hasPrefix("OK "))
        let normal = try client.ask("REVIEW")
        #expect(normal.contains(#""id":\#(second),"#) && !normal.contains(#""id":\#(first),"#), "\(normal)")
    }

    private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    @Test("Requests and options that are wrong")
    func wrong() throws {
        let server = try ServingProgram(["a", "--read-only"], in: folder)
        let client = try server.connect()
        #expect(try client.ask("REVIEW").contains(#""groups":[],"count":0,"looked":0"#))
        for (request, code) in [
            ("REVIEW limit=0", "limit"), ("REVIEW limit=1001", "limit"), ("REVIEW house-1", "bad_request"),
            ("REVIEW limit=1 limit=2", "bad_request"),
        ] {
            #expect(try client.ask(request).hasPrefix("ERR \(code) "), "\(request)")
        }
        let refused = try Program.run(["review", "a", "--limit", "0"], in: folder)
        #expect(
            refused.code == 64 && refused.errors.contains("--limit is a number from 1 to 1000"),
            "\(refused)"
        )
        let json = try Program.succeed(["review", "a", "--json"], in: folder).output
        #expect(json.hasPrefix(#"{"groups":[],"#), "\(json)")
    }
}
