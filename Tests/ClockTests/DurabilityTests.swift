import Foundation
import ProgramSupport
import Statistics
import Synchronization
import TestSupport
import Testing

@Suite("What `--durability` promises, and kill -9")
struct DurabilityTests {
    /// What the clients' threads report to the test.
    private final class ClientRecord: Sendable {
        /// The hours of a client's acknowledged pushes, and the last one it sent.
        struct Pushed {
            var acknowledged: [Int] = []
            var sent = 0
        }

        let houses = Mutex<[Int: Pushed]>([:])
    }

    @Test("`always`: every acknowledged push of many pipelining connections is on the disk after a kill")
    func always() async throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        var random = SplitMix64(seed: 71)
        var next = 1_680
        for _ in 0..<8 {
            let server = try ServingProgram(["small"], in: folder, options: Self.options("always"))
            let port = server.port
            let start = next
            let record = ClientRecord()
            let pushing = (1...3).map { house in
                Blocking { Self.push(house, from: start, port: port, record) }
            }
            // Not `Task.sleep`: on a busy machine it may return minutes later, after another test.
            usleep(UInt32.random(in: 50_000...900_000, using: &random))
            try server.crash()
            for house in pushing { try await house.value }
            let again = try ServingProgram(["small"], in: folder, options: Self.options("always"))
            let client = try again.connect()
            for (house, pushed) in record.houses.withLock(\.self) {
                for hour in pushed.acknowledged {
                    let reading = HouseReading(house: house, hour: hour)
                    let reply = try client.ask("PUSH \(reading.arguments)")
                    #expect(reply.hasPrefix("ERR repeated "), "\(reading.meter) \(reading.time): \(reply)")
                }
                next = max(next, pushed.sent + 1)
            }
            #expect(try again.stop() == 0)
        }
        #expect(next > 1_800, "hardly anything was pushed")
        try Program.succeed(["verify", "small"], in: folder)
    }

    @Test(
        "INFO names the durability, and pushes that arrive together share a write",
        arguments: ["always", "1s", "none"]
    )
    func stated(durability: String) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let server = try ServingProgram(["small"], in: folder, options: Self.options(durability))
        let client = try server.connect()
        #expect(try JSONObject(reply: client.ask("INFO")).text("durability") == durability)
        let readings = (1_680..<1_780).map { HouseReading(house: 1, hour: $0) }
        let replies = try client.exchange(readings.map { "PUSH \($0.arguments) k=1" } + ["STATS"])
        #expect(replies.dropLast().allSatisfy { $0.hasPrefix("OK ") })
        let stats = try JSONObject(reply: client.ask("STATS"))
        if durability == "always" { #expect(stats.integer("pending") == 0) }
        if durability == "none" { #expect(stats.integer("pending") == 100) }
        // An orderly stop keeps everything, whatever the durability.
        #expect(try server.stop() == 0)
        let next = try ServingProgram(["small"], in: folder)
        let repeated = try next.connect().exchange(readings.map { "PUSH \($0.arguments)" })
        #expect(repeated.allSatisfy { $0.hasPrefix("ERR repeated ") })
    }

    /// As many turns as their answers take, and one write for each 128.
    @Test("`always`: a thousand pushes of a connection share a few writes")
    func sharedWrites() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let options = Self.options("always") + ["--http", "127.0.0.1:0"]
        let server = try ServingProgram(["small"], in: folder, options: options)
        let client = try server.connect()
        let pushes = (1_680..<2_680).map { "PUSH \(HouseReading(house: 1, hour: $0).arguments) k=1" }
        #expect(try client.exchange(pushes).allSatisfy { $0.hasPrefix("OK ") })
        let web = try LineClient(port: server.httpPort)
        try web.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
        let line = try web.linesToEnd().first { $0.hasPrefix("gridkin_journal_commits_total{") }
        let commits = line?.split(separator: " ").last.flatMap { Double($0.filter { $0 != "\r" }) } ?? 0
        #expect((8...25).contains(commits), "\(line ?? "no such metric")")
    }

    @Test("A durability that does not exist is refused")
    func unknown() throws {
        let folder = try TemporaryFolder()
        let finished = try Program.run(["serve", "x", "--durability", "sometimes"], in: folder)
        #expect(finished.code == 64 && finished.errors.contains("sometimes"))
    }

    private static func options(_ durability: String) -> [String] {
        ["--durability", durability, "--listen", "127.0.0.1:0"]
    }

    /// Pushes in threes until the server is gone.
    private static func push(_ house: Int, from hour: Int, port: UInt16, _ record: ClientRecord) {
        guard let client = try? LineClient(port: port) else { return }
        for hour in stride(from: hour, to: hour + 100_000, by: 3) {
            record.houses.withLock { $0[house, default: ClientRecord.Pushed()].sent = hour + 2 }
            let readings = (hour..<hour + 3).map { HouseReading(house: house, hour: $0) }
            do {
                try client.send(readings.map { "PUSH \($0.arguments) k=1\n" }.joined().utf8)
                for hour in hour..<hour + 3 {
                    guard let reply = try client.line(), reply.hasPrefix("OK ") else { return }
                    record.houses.withLock { $0[house]?.acknowledged.append(hour) }
                }
            } catch {
                return
            }
        }
    }
}
