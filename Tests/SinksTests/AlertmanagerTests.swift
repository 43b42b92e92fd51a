import Foundation
import Gateway
import Incidents
import ProgramSupport
import Readings
import Sinks
import Storage
import Synchronization
import TestSupport
import Testing

@Suite(
    "Prometheus Alertmanager, the real one",
    .timeLimit(.minutes(5)),
    .enabled(
        if: RealServer.path(of: "prometheus-alertmanager") != nil,
        "Debian's prometheus-alertmanager is not installed"
    )
)
struct AlertmanagerTests {
    private let bench: SinkBench
    private let port: Int
    private let sink: SinkSettings

    init() throws {
        bench = try SinkBench()
        port = try RealServer.freePort()
        sink = SinkSettings(name: "alerts", place: .alertmanager(url: "http://127.0.0.1:\(port)/"))
    }

    private func start(_ webhook: String = "http://127.0.0.1:9/") async throws -> RealServer {
        try bench.folder.file(
            "alertmanager.yml",
            """
            route:
              receiver: test
              group_by: [alertname, meter]
              group_wait: 0s
              group_interval: 1s
              repeat_interval: 1h
            receivers:
              - name: test
                webhook_configs:
                  - url: \(webhook)
                    send_resolved: true

            """
        )
        let server = try RealServer(
            "prometheus-alertmanager",
            [
                "--config.file=alertmanager.yml", "--storage.path=\(bench.folder.path("data"))",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
            ],
            in: bench.folder
        )
        try await wait { RealServer.listens(port) }
        return server
    }

    /// The alerts that fire now.
    private func alerts() throws -> [JSONObject] {
        guard let port = UInt16(exactly: port), let client = try? LineClient(port: port) else { return [] }
        guard (try? client.sendWithoutReading("GET /api/v2/alerts HTTP/1.0\r\n\r\n")) != nil,
            let list = try? client.linesToEnd().last(where: { $0.hasPrefix("[") })
        else { return [] }
        return try JSONObject.array(list)
    }

    private func meters() throws -> [String] {
        try alerts().compactMap { $0.object("labels")?.text("meter") }.sorted()
    }

    private func mark(_ id: Int64, _ act: IncidentMark.Act) throws {
        _ = try bench.journal.mark(id, IncidentMark(act, at: Gateway.systemTime()))
    }

    @Test("An alert fires while its incident is open, and says what it is")
    func states() async throws {
        let server = try await start()
        try await bench.run([sink]) { service in
            try bench.open(0..<4)
            try await wait { try meters() == ["m0", "m1", "m2", "m3"] }
            let alert = try #require(try alerts().first { $0.object("labels")?.text("meter") == "m2" })
            let labels = try #require(alert.object("labels"))
            #expect(labels.text("alertname") == "novel" && labels.text("index") == "grid")
            #expect(labels.text("incident") == "3")
            let annotations = try #require(alert.object("annotations"))
            #expect(annotations.text("sentence")?.contains("1 reading of m2") == true)
            #expect(annotations.text("state") == "open" && annotations.text("peak") == "2.0")
            #expect(alert.text("startsAt") == "2020-09-13T12:26:40.000Z")
            try mark(1, .acknowledge)
            try mark(2, .resolve)
            try mark(3, .snooze(until: Timestamp(milliseconds: .max / 2)))
            try bench.judge("m3", hour: 9, score: 0.1)
            try await wait { try meters() == ["m0"] }
            try await wait { try alerts().first?.object("annotations")?.text("state") == "acknowledged" }
            #expect(service.count("given_up_total", of: "alerts") == 0)
            #expect(service.count("failures_total", of: "alerts") == 0)
        }
        try await server.end(SIGKILL, port: port)
    }

    @Test("What is open is told again; killed and started again, it knows all that is open, and nothing else")
    func again() async throws {
        let receiver = try await HTTPReceiver.start()
        let server = try await start("http://127.0.0.1:\(receiver.port)/")
        let later = Mutex<RealServer?>(nil)
        let patience = SinkBench.patience { $0.repetition = .milliseconds(500) }
        try await bench.run([sink], patience: patience) { _ in }
        try await bench.run([sink], patience: patience) { service in
            try bench.open(0..<100)
            try await wait { (service.count("delivered_total", of: "alerts") ?? 0) > 20 }
            try await server.end(SIGKILL, port: port)
            // Without what it had in memory and on the disk.
            try FileManager.default.removeItem(atPath: bench.folder.path("data"))
            try mark(1, .resolve)
            try bench.open(100..<120)
            let second = try await start("http://127.0.0.1:\(receiver.port)/")
            later.withLock { $0 = second }
            try await wait { try meters().count == 119 }
            // A snooze that is over is told without any change.
            try mark(2, .snooze(until: Timestamp(milliseconds: Gateway.systemTime().milliseconds + 1_500)))
            try await wait { try meters().count == 118 }
            try await wait { try meters().count == 119 }
        }
        // Nobody tells it again now: all of them are resolved after five repetitions.
        try await wait { try meters().isEmpty }
        try await later.withLock(\.self)?.end(SIGKILL, port: port)
        #expect(receiver.requests.contains { $0.body.contains("\"status\":\"resolved\"") })
    }

    @Test("Where the kind of an incident changes, the alert of before is resolved")
    func kinds() async throws {
        let server = try await start()
        try await bench.run([sink]) { _ in
            try bench.judge("m", hour: 0, score: 2)
            try await wait { try meters() == ["m"] }
            try bench.judge("m", hour: 1, score: 3, kind: "outage")
            try await wait { try alerts().first?.object("labels")?.text("alertname") == "outage" }
            #expect(try meters() == ["m"])
        }
        try await server.end(SIGKILL, port: port)
    }
}
