import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Health and metrics over HTTP")
struct HealthTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    private func serve(_ options: String...) throws -> ServingProgram {
        let all = ["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"] + options
        return try ServingProgram(["small"], in: folder, options: all)
    }

    /// A request's status line and body.
    private func ask(_ port: UInt16, _ request: String) throws -> (status: String, body: String) {
        let client = try LineClient(port: port)
        try client.send(request.utf8)
        let lines = try client.linesToEnd().map { $0.trimmingCharacters(in: ["\r"]) }
        let status = try #require(lines.first, "no answer to \(request.prefix(80))")
        return (status, lines.drop { !$0.isEmpty }.dropFirst().joined(separator: "\n"))
    }

    private func get(
        _ port: UInt16,
        _ path: String,
        _ headers: String = ""
    ) throws -> (status: String, body: String) {
        try ask(port, "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(headers)\r\n")
    }

    @Test("Healthy, ready, and all metrics")
    func pages() throws {
        let server = try serve()
        #expect(try get(server.httpPort, "/healthz") == ("HTTP/1.1 200 OK", "ok"))
        let client = try server.connect()
        let readings = (1_680..<1_690).map { HouseReading(house: 1, hour: $0) }
        _ = try client.exchange(
            readings.map { "PUSH \($0.arguments)" } + ["PUSH \(readings[0].arguments)", "NOTHING"]
        )
        _ = try client.ask("LABEL house-1 \(HouseReading.time(hour: 300)) normal")
        let ready = try get(server.httpPort, "/readyz?verbose")
        let state = try JSONObject(ready.body)
        #expect(ready.status == "HTTP/1.1 200 OK" && state.text("status") == "ready")
        #expect(state.objects("indexes")?.first?.text("index") == "small")
        let metrics = try get(server.httpPort, "/metrics").body
        for line in [
            #"gridkin_requests_total{verb="PUSH"} 11"#, #"gridkin_requests_total{verb="none"} 1"#,
            #"gridkin_requests_total{verb="LABEL"} 1"#, #"gridkin_errors_total{code="repeated"} 1"#,
            #"gridkin_request_seconds_count{verb="PUSH"} 11"#, "gridkin_connections 1",
            #"gridkin_request_seconds_bucket{verb="PUSH",le="+Inf"} 11"#,
            #"gridkin_labels_given{index="small"} 1.0"#, #"gridkin_pushes_total{index="small"} 10.0"#,
            #"gridkin_generation{index="small"} 1.0"#,
            #"gridkin_degraded{index="small",kind="generation"} 0"#,
            #"gridkin_journal_lag_seconds{index="small"} 0.0"#, #"gridkin_build_info{version="0.1.0"} 1"#,
        ] {
            #expect(metrics.contains("\n" + line + "\n") || metrics.hasPrefix(line), "\(line)\n\(metrics)")
        }
        #expect(
            metrics.contains("\nprocess_resident_memory_bytes ") && metrics.contains("\nprocess_open_fds ")
        )
        #expect(try server.stop() == 0)
    }

    @Test("Every line of the metrics is a comment or a sample, and every sample follows its type")
    func metricsFormat() throws {
        let server = try serve()
        _ = try server.ask("PUSH \(HouseReading(house: 1, hour: 1_680).arguments)")
        let metrics = try get(server.httpPort, "/metrics").body
        var types: Set<String> = []
        for line in metrics.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") { types.insert(String(words[2])) }
            guard !line.hasPrefix("#") else { continue }
            let name = String(line.prefix { $0 != "{" && $0 != " " })
            let stems = ["_bucket", "_sum", "_count"].map {
                name.hasSuffix($0) ? String(name.dropLast($0.count)) : name
            }
            #expect(types.contains(name) || stems.contains(where: types.contains), "\(line)")
            #expect(words.last.flatMap { Double($0) } != nil, "\(line)")
        }
        #expect(try server.stop() == 0)
    }

    @Test("With `always`, pushes that arrive together share a write, also those of many connections")
    func commits() throws {
        let server = try serve("--durability", "always")
        let clients = try (1...4).map { house in (house, try server.connect()) }
        for (house, client) in clients {
            let readings = (1_680..<1_930).map { HouseReading(house: house, hour: $0) }
            try client.send(readings.map { "PUSH \($0.arguments) k=1\n" }.joined().utf8)
        }
        for (_, client) in clients {
            for _ in 0..<250 { #expect(try client.line()?.hasPrefix("OK ") == true) }
        }
        let metrics = try get(server.httpPort, "/metrics").body
        #expect(metrics.contains("\ngridkin_journal_pending_readings{index=\"small\"} 0.0\n"))
        let line = try #require(
            metrics.split(separator: "\n").first { $0.hasPrefix("gridkin_journal_commits_total") }
        )
        let verdicts = metrics.matches(of: /\ngridkin_verdicts_total\{index="small",verdict="[a-z]+"\} (\d+)/)
        #expect(verdicts.count == 4 && verdicts.reduce(0) { $0 + (Int($1.1) ?? 0) } == 1_000)
        #expect(metrics.contains("\ngridkin_incidents_open{index=\"small\"} "))
        let commits = try #require(line.split(separator: " ").last.flatMap { Double($0) })
        // A thousand if none were shared. At most a batch of 128 requests shares one; requests that arrive
        // apart are batches of their own, and a slower server has more of them.
        #expect((1...800).contains(commits), "\(line)")
    }

    @Test("It can only be read, and nonsense gets an error or a closed connection")
    func nothingElse() throws {
        let server = try serve()
        let port = server.httpPort
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            let head = "\(method) /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            let reply = try ask(port, head + "content-length: 2\r\n\r\nhi")
            #expect(reply.status == "HTTP/1.1 405 Method Not Allowed", "\(method)")
        }
        #expect(try ask(port, "HEAD /healthz HTTP/1.0\r\n\r\n") == ("HTTP/1.1 200 OK", ""))
        for path in ["/", "/metrics/", "/../etc/passwd", "/%2e%2e/x", "/healthz\u{2028}"] {
            #expect(try !get(port, path).status.contains(" 200 "), "\(path)")
        }
        #expect(
            try get(port, "/healthz", "X: \(String(repeating: "y", count: 9_000))\r\n").status.contains(" 4")
        )
        for nonsense in [
            "PING\n", "\u{16}\u{3}\u{1}\u{2}\u{0}", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
        ] {
            let client = try LineClient(port: port)
            try client.send(nonsense.utf8)
            client.shutWriting()
            let lines = try client.linesToEnd()
            #expect(lines.isEmpty || lines[0].hasPrefix("HTTP/1.1 4"), "\(nonsense): \(lines)")
        }
        #expect(try get(port, "/healthz").body == "ok")
        #expect(try server.ask("PING") == [#"OK {"pong":true}"#])
    }

    @Test("Too long a body is cut")
    func body() throws {
        let server = try serve()
        let port = server.httpPort
        let rude = try LineClient(port: port)
        try? rude.send("GET /healthz HTTP/1.1\r\nHost: x\r\ncontent-length: 10000000\r\n\r\n".utf8)
        #expect(throws: ProgramFailure.self) {
            for _ in 0..<10_000 { try rude.send(Array(repeating: 120, count: 65_536)) }
        }
        #expect(try get(port, "/healthz").body == "ok")
    }

    @Test(
        "A connection answers any number of requests in order, and ends when its client wants or uses HTTP/1.0"
    )
    func keepAlive() throws {
        let server = try serve()
        let port = server.httpPort
        let client = try LineClient(port: port)
        for _ in 0..<3 {
            try client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            var lines: [String] = []
            while lines.last != "ok" {
                lines.append(try #require(try client.line()).trimmingCharacters(in: ["\r"]))
            }
            #expect(lines.first == "HTTP/1.1 200 OK" && lines.contains("connection: keep-alive"), "\(lines)")
        }
        let paths = (0..<200).map { ["/healthz", "/nowhere", "/readyz"][$0 % 3] }
        let requests = paths.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
        try client.send((requests + "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").utf8)
        let statuses = try client.linesToEnd().filter { $0.hasPrefix("HTTP/1.1 ") }
        let expected = paths.map { $0 == "/nowhere" ? "404" : "200" } + ["200"]
        #expect(statuses.map { $0.split(separator: " ")[1] } == expected.map { $0[...] })
        #expect(try ask(port, "GET /healthz HTTP/1.0\r\n\r\n").body == "ok")
        #expect(try ask(port, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").body == "ok")
    }

    @Test("A stopping server waits for no idle HTTP connection, and answers what has arrived")
    func stop() throws {
        let server = try serve()
        let idle = try LineClient(port: server.httpPort)
        try idle.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        while try idle.line() != "ok" {}
        let half = try LineClient(port: server.httpPort)
        try half.send("GET /healthz HTTP/1.1\r\nHo".utf8)
        let began = ContinuousClock.now
        #expect(try server.stop() == 0)
        #expect(ContinuousClock.now - began < .seconds(5))
        #expect(try idle.line() == nil)
    }

    @Test("With tokens, metrics need one, and problems are shown only to clients with a token")
    func tokens() throws {
        let file = try folder.file("token", "read-only a-token-to-read-with\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let server = try serve("--token-file", file)
        let port = server.httpPort
        #expect(try get(port, "/healthz").status.contains(" 200 "))
        #expect(try get(port, "/readyz").body == #"{"status":"ready"}"#)
        #expect(try get(port, "/metrics").status.contains(" 401 "))
        #expect(
            try get(port, "/metrics", "Authorization: Bearer a-token-to-guess-with\r\n").status.contains(
                " 401 "
            )
        )
        let token = "Authorization: Bearer a-token-to-read-with\r\n"
        #expect(try get(port, "/metrics", token).body.contains("gridkin_generation"))
        #expect(try get(port, "/readyz", token).body.contains(#""index":"small""#))
    }

    @Test(
        "A damaged newest generation is in the log, STATS, /readyz and /metrics; the last good one answers"
    )
    func degraded() throws {
        try Program.succeed(["rebuild", "small"], in: folder)
        try folder.flipByte(of: "indexes/small/generations/000002/normal.faiss")
        let server = try serve()
        let client = try server.connect()
        let reading = HouseReading(house: 1, hour: 1_680)
        #expect(try JSONObject(reply: client.ask("QUERY \(reading.arguments)")).integer("generation") == 1)
        let stats = try JSONObject(reply: client.ask("STATS"))
        #expect(stats.texts("degraded")?.first?.contains("000002/normal.faiss") == true)
        #expect(try server.log.contains("000002/normal.faiss"))
        let state = try JSONObject(get(server.httpPort, "/readyz").body)
        #expect(state.text("status") == "degraded")
        #expect(state.objects("indexes")?.first?.texts("degraded")?.first?.contains("normal.faiss") == true)
        let metrics = try get(server.httpPort, "/metrics").body
        #expect(metrics.contains(#"gridkin_degraded{index="small",kind="generation"} 1"#))
        // Repaired, it is served within a few seconds, and no problem is left.
        try folder.flipByte(of: "indexes/small/generations/000002/normal.faiss")
        for _ in 0..<500 where try JSONObject(get(server.httpPort, "/readyz").body).text("status") != "ready"
        {
            usleep(20_000)
        }
        #expect(try JSONObject(reply: client.ask("STATS")).texts("degraded") == [])
        #expect(try JSONObject(reply: client.ask("QUERY \(reading.arguments)")).integer("generation") == 2)
    }
}
