import Foundation
import ProgramSupport
import Statistics
import TestSupport
import Testing

@Suite("Sinks of the built program", .timeLimit(.minutes(5)))
struct ServedSinksTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<400))
        try Program.succeed(["build", "a", "--from", "in.csv"], in: folder)
    }

    private func push(_ client: LineClient, _ house: Int, _ hour: Int, alarm: Bool) throws {
        let alarming = "house-\(house) \(HouseReading.time(hour: hour)) 45.5"
        let usual = HouseReading(house: house, hour: hour).arguments
        _ = try client.ask("PUSH \(alarm ? alarming : usual) k=1")
    }

    /// The incidents as the program prints them.
    private func incidents() throws -> [Int: JSONObject] {
        let text = try Program.succeed(["incidents", "a", "--json"], in: folder).output
        return Dictionary(
            uniqueKeysWithValues: try JSONObject.array(text).map { (try #require($0.integer("id")), $0) }
        )
    }

    /// Whether the last thing told of each incident is what it is now.
    private func isAll(_ told: [JSONObject], of incidents: [Int: JSONObject]) -> Bool {
        var last: [Int: JSONObject] = [:]
        for object in told { last[object.integer("id") ?? 0] = object }
        return incidents.allSatisfy { id, incident in
            guard let object = last[id] else { return false }
            return ["meter", "start", "end", "kind", "state", "latest", "sentence"].allSatisfy {
                object.text($0) == incident.text($0)
            } && object.integer("alarms") == incident.integer("alarms")
        }
    }

    private func wait(_ condition: () throws -> Bool) async throws {
        while try !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test(
        "Killed again and again, the server sends all on in the end, and nothing twice but what was under way"
    )
    func killed() async throws {
        let receiver = try await HTTPReceiver.start()
        try folder.file("secret", "grid-secret\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("secret"))
        try folder.file(
            "g.yaml",
            """
            indexes: [a]
            durability: always
            sinks:
              - {name: hook, webhook: "http://127.0.0.1:\(receiver.port)/", secret-file: secret}
              - {name: lines, file: out.jsonl}
              - {name: away, webhook: "http://127.0.0.1:9/"}
            """
        )
        var random = SplitMix64(seed: 5)
        let kills = 8
        for round in 0..<kills {
            let server = try ServingProgram([], in: folder, options: ["--config", "g.yaml"])
            let client = try server.connect()
            for hour in 0..<60 {
                for house in 1...2 {
                    try push(client, house, 400 + round * 60 + hour, alarm: random.next() % 45 == 0)
                }
                if random.next() % 10 == 0 { _ = try client.ask("ACK 1 note=\(round)-\(hour)") }
            }
            // Between nothing and all of it is delivered by then.
            try await Task.sleep(for: .milliseconds(Int(random.next() % 1_200)))
            try server.crash()
        }
        let server = try ServingProgram(
            [],
            in: folder,
            options: ["--config", "g.yaml", "--http", "127.0.0.1:0"]
        )
        let known = try incidents()
        #expect(known.count > 5, "\(known.count)")
        let hook = { try receiver.taken.map { try JSONObject($0.body) } }
        let lines = {
            try folder.text("out.jsonl").split(separator: "\n").map { try JSONObject($0) }
        }
        try await wait {
            let told = (try hook(), try lines())
            return isAll(told.0, of: known) && isAll(told.1, of: known)
        }
        for told in [try hook(), try lines()] {
            let changes = told.compactMap { $0.integer("change") }
            #expect(changes == changes.sorted())
            #expect(changes.count - Set(changes).count <= kills, "\(changes.count), \(Set(changes).count)")
        }
        let deliveries = receiver.taken.compactMap { $0.header("gridkin-delivery") }
        #expect(Set(deliveries).count == Set(try hook().compactMap { $0.integer("change") }).count)
        #expect(receiver.taken.allSatisfy { $0.header("gridkin-signature")?.hasPrefix("t=") == true })
        let web = try LineClient(port: server.httpPort)
        try web.send(Array("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8))
        let metrics = try web.linesToEnd()
        #expect(
            metrics.contains { $0.hasPrefix("gridkin_sink_waiting{sink=\"hook\",index=\"a\"} 0") },
            "\(metrics)"
        )
        let away = metrics.first { $0.hasPrefix("gridkin_sink_waiting{sink=\"away\"") }
        #expect(away?.split(separator: " ").last == "\(known.count)", "\(away ?? "")")
        #expect(try server.stop() == 0)
        #expect(try server.log.contains("delivering to the sink away"))
        try Program.succeed(["verify", "a"], in: folder)
    }

    @Test(
        "While the disk of a file is full, the rest goes on, and the file gets all when there is room",
        .enabled(if: FileSystems.canMount, "no file system may be mounted here")
    )
    func full() async throws {
        let receiver = try await HTTPReceiver.start()
        try folder.file(
            "g.yaml",
            """
            indexes: [a]
            sinks:
              - {name: hook, webhook: "http://127.0.0.1:\(receiver.port)/"}
              - {name: table, file: small/out.csv, format: csv}
            """
        )
        let shell = #"""
            exec unshare -rm /bin/bash -c 'mkdir small && mount -t tmpfs -o size=64k tmpfs small
            head -c 1M /dev/zero >small/filler 2>/dev/null; exec "$@"' bash "$@"
            """#
        let server = try ServingProgram([], in: folder, options: ["--config", "g.yaml"], shell: shell)
        // The server's own view of the file system, which no other process has.
        let small = "/proc/\(server.processNumber)/root\(folder.path("small"))"
        let client = try server.connect()
        for hour in 400..<440 { try push(client, 1, hour, alarm: hour % 30 == 15) }
        let known = try JSONObject(reply: client.ask("INCIDENTS"))
        let count = try #require(known.objects("incidents")?.count)
        #expect(count > 0)
        try await wait {
            Set(try receiver.taken.map { try JSONObject($0.body).integer("id") }).count == count
        }
        try await wait { try server.log.contains("No space left on device") }
        #expect(try String(contentsOfFile: small + "/out.csv", encoding: .utf8).isEmpty)
        try FileManager.default.removeItem(atPath: small + "/filler")
        try await wait {
            try server.log.contains("delivering to the sink table what changed of the incidents of a works")
        }
        try await wait {
            let rows = try String(contentsOfFile: small + "/out.csv", encoding: .utf8).split(separator: "\n")
            return rows.count == count + 1 && rows[0].hasPrefix("index,change,id,")
        }
        #expect(try server.stop() == 0)
    }

    @Test("A read-only server refuses sinks")
    func readOnly() throws {
        try folder.file("g.yaml", "indexes: [a]\nread-only: true\nsinks:\n  - {name: lines, file: out}\n")
        let finished = try Program.run(["serve", "--config", "g.yaml"], in: folder, limit: 30)
        #expect(
            finished.code == 2 && finished.errors.contains("a read-only server has no sinks"),
            "\(finished)"
        )
    }
}
