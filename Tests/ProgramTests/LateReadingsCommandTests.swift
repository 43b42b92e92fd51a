import Foundation
import ProgramSupport
import Statistics
import TestSupport
import Testing

@Suite("Readings that come late, with the built program", .timeLimit(.minutes(5)))
struct LateReadingsCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<400))
        try Program.succeed(["build", "a", "--from", "in.csv"], in: folder)
    }

    private func request(_ hour: Int) -> String {
        hour % 17 == 3
            ? "PUSH house-1 \(HouseReading.time(hour: hour)) 45.5 k=1"
            : "PUSH \(HouseReading(house: 1, hour: hour).arguments) k=1"
    }

    /// The time and the latest verdict of each judged reading.
    private func verdicts(_ index: String) throws -> [String: Substring] {
        let lines = try Program.succeed(["judgements", index, "--meter", "house-1"], in: folder).outputLines
        let header = try #require(lines.first?.split(separator: ","))
        let first = try #require(header.firstIndex(of: "verdict"))
        let second = try #require(header.firstIndex(of: "second_verdict"))
        let rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return Dictionary(rows.map { (String($0[1]), $0[second].isEmpty ? $0[first] : $0[second]) }) { $1 }
    }

    @Test("They are taken as far back as allowed, by a server and without one")
    func taken() throws {
        let server = try ServingProgram(["a"], in: folder, options: ["--http", "127.0.0.1:0"])
        let client = try server.connect()
        for hour in 400..<460 where hour % 20 != 10 {
            #expect(try client.ask(request(hour)).hasPrefix("OK "))
        }
        #expect(try client.ask(request(450)).hasPrefix(#"OK {"meter":"house-1""#))
        #expect(try client.ask(request(450)).hasPrefix("ERR repeated "))
        #expect(try client.ask(request(451)).hasPrefix("ERR repeated "))
        let late = try client.ask(request(410))
        #expect(late.hasPrefix("ERR late ") && late.contains("--late"), "\(late)")
        #expect(try client.ask(request(430)).hasPrefix("OK "))
        #expect(try server.stop() == 0)
        let strict = try ServingProgram(["a"], in: folder, options: ["--late", "0"])
        let before = "PUSH house-1 \(HouseReading.time(hour: 458).dropLast(6))30:00Z 1"
        #expect(try strict.ask(before)[0].hasPrefix("ERR late "))
        #expect(try strict.stop() == 0)
        let wide = try ServingProgram(["a"], in: folder, options: ["--late", "30d"])
        #expect(try wide.ask(request(410))[0].hasPrefix("OK "))
        #expect(try wide.stop() == 0)
        try Program.succeed(
            ["push", "a"]
                + "house-1 \(HouseReading.time(hour: 440).dropLast(6))30:00Z 0.7".split(separator: " ").map(
                    String.init
                ),
            in: folder
        )
        let held = try Program.succeed(["readings", "a", "--meter", "house-1"], in: folder).outputLines
        #expect(held.count == 1 + 460 + 1 && held.dropFirst() == held.dropFirst().sorted()[...])
        try Program.succeed(["verify", "a"], in: folder)
        for wrong in ["48", "-1h", "x", "400d", "", "1w"] {
            let refused = try Program.run(["serve", "a", "--late", wrong], in: folder)
            #expect(refused.code != 0 && refused.errors.contains("--late"), "\(wrong): \(refused.errors)")
        }
        #expect(try Program.run(["serve", "a", "--late", "1h", "--read-only"], in: folder).code != 0)
    }

    @Test("Killed whenever it may be, and sent everything again, it is the index that got all in order")
    func killed() async throws {
        try Program.succeed(["build", "b", "--from", "in.csv"], in: folder)
        let ordered = try ServingProgram(["b"], in: folder)
        let client = try ordered.connect()
        for hour in 400..<480 { #expect(try client.ask(request(hour)).hasPrefix("OK ")) }
        #expect(try ordered.stop() == 0)

        var random = SplitMix64(seed: 3)
        var acknowledged: Set<Int> = []
        let hours = (400..<480).sorted { late($0) < late($1) }
        for round in 0..<8 {
            let server = try ServingProgram(["a"], in: folder, options: ["--durability", "always"])
            let client = try server.connect()
            let sent = hours[..<(10 * (round + 1))]
            for hour in sent {
                let reply = try client.ask(request(hour))
                #expect(reply.hasPrefix("OK ") != acknowledged.contains(hour), "\(hour): \(reply)")
                #expect(reply.hasPrefix("OK ") || reply.hasPrefix("ERR repeated "), "\(reply)")
                acknowledged.insert(hour)
            }
            usleep(UInt32(random.next() % 2_000_000))
            try server.crash()
        }
        let server = try ServingProgram(["a"], in: folder)
        for _ in 0..<60 where try verdicts("a") != verdicts("b") { usleep(500_000) }
        let (found, wanted) = try (verdicts("a"), verdicts("b"))
        let others = wanted.filter { found[$0.key] != $0.value }.sorted { $0.key < $1.key }
        #expect(others.isEmpty && found.count == wanted.count, "\(others.map { ($0, found[$0.key] ?? "") })")
        #expect(try server.stop() == 0)
        let readings = try ["a", "b"].map { try Program.succeed(["readings", $0], in: folder).output }
        #expect(readings[0] == readings[1])
        let incidents = try ["a", "b"].map { index in
            try Program.succeed(["incidents", index], in: folder).outputLines
                .filter { !$0.contains("withdrawn") }.map { $0.split(separator: ",")[1...3] }
        }
        #expect(incidents[0] == incidents[1])
        try Program.succeed(["verify", "a"], in: folder)
    }

    /// When a reading comes: some of them up to 30 hours late.
    private func late(_ hour: Int) -> Int { hour % 5 == 2 ? hour * 10 + hour % 31 * 10 : hour * 10 }
}
