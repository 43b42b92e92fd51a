import Foundation
import ProgramSupport
import Sinks
import Storage
import TestSupport
import Testing

@Suite(
    "A broker of MQTT, the real one",
    .timeLimit(.minutes(5)),
    .enabled(
        if: SinkSettings.hasMQTT && RealServer.path(of: "mosquitto") != nil
            && RealServer.path(of: "mosquitto_sub") != nil,
        "Debian's libpaho-mqtt-dev, mosquitto and mosquitto-clients are not all installed"
    )
)
struct MQTTTests {
    private let bench: SinkBench
    private let port: Int

    init() throws {
        bench = try SinkBench()
        port = try RealServer.freePort()
    }

    private func start(_ settings: String = "allow_anonymous true\n") async throws -> RealServer {
        // As root, the broker would take another user's rights and could not write its files here.
        let user = NSUserName()
        try bench.folder.file(
            "mosquitto.conf",
            """
            user \(user)
            listener \(port) 127.0.0.1
            persistence true
            persistence_location \(bench.folder.path)/
            max_queued_messages 0
            \(settings)
            """
        )
        let server = try RealServer(
            "mosquitto",
            ["-c", bench.folder.path("mosquitto.conf")],
            in: bench.folder
        )
        try await wait { RealServer.listens(port) }
        return server
    }

    /// Writes the messages of a topic into a file, those too that came while it was away.
    private func subscribe(_ more: [String] = []) throws -> RealServer {
        try RealServer(
            "mosquitto_sub",
            ["-h", "127.0.0.1", "-p", "\(port)", "-t", "grid/incidents", "-q", "1", "-c", "-i", "test"]
                + more,
            in: bench.folder
        )
    }

    private var messages: [JSONObject] {
        get throws {
            let text = try bench.folder.text("mosquitto_sub.log")
            return try text.split(separator: "\n").filter { $0.hasPrefix("{") }.map { try JSONObject($0) }
        }
    }

    private func sink(user: String? = nil, password: String? = nil, tls: String? = nil) -> SinkSettings {
        SinkSettings(
            name: "mqtt",
            place: .mqtt(
                .init(
                    host: tls == nil ? "127.0.0.1" : "localhost",
                    port: port,
                    topic: "grid/incidents",
                    user: user,
                    password: password,
                    usesTLS: tls != nil,
                    caFile: tls
                )
            )
        )
    }

    @Test("Counts in are counts out, though the broker and the sink are stopped and started midway")
    func restarted() async throws {
        var broker = try await start()
        var subscriber = try subscribe()
        // The broker knows the subscriber from its first connection on.
        try await Task.sleep(for: .seconds(1))
        let patience = SinkBench.patience { $0.attempt = .seconds(2) }
        try await bench.run([sink()], patience: patience) { _ in }
        for round in 0..<4 {
            let current = broker
            try await bench.run([sink()], patience: patience) { service in
                try bench.open(round * 50..<round * 50 + 50)
                try await wait { (service.count("delivered_total", of: "mqtt") ?? 0) > 10 }
                if round % 2 == 0 { try await current.end(SIGTERM, port: port) }
            }
            if round % 2 == 0 { broker = try await start() }
        }
        try await bench.run([sink()], patience: patience) { _ in
            try await wait { try bench.journal.beginSink("mqtt") == bench.lastChange() }
        }
        try await wait { Set(try messages.compactMap { $0.integer("id") }) == Set(1...200) }
        // At each of the seven stops of either side, one may be under way.
        let count = try messages.count
        #expect(count <= 207, "\(count)")
        let first = try #require(try messages.first)
        #expect(first.text("index") == "grid" && first.integer("change") == 1 && first.text("meter") == "m0")
        subscriber = try subscribe(["-E"])
        _ = subscriber
        try await broker.end(SIGKILL, port: port)
    }

    @Test("A user and a password are shown; a wrong one is said, and the right one then works")
    func password() async throws {
        _ = try RealServer.output(
            "mosquitto_passwd",
            ["-b", "-c", bench.folder.path("passwords"), "kim", "right"]
        )
        let broker = try await start(
            "password_file \(bench.folder.path("passwords"))\nallow_anonymous false\n"
        )
        let subscriber = try subscribe(["-u", "kim", "-P", "right"])
        try await Task.sleep(for: .seconds(1))
        try await bench.run([sink(user: "kim", password: "wrong")]) { service in
            try bench.open(0..<1)
            try await wait { (service.count("failures_total", of: "mqtt") ?? 0) > 1 }
        }
        #expect(bench.log.contains { $0.contains("does not let the client in") }, "\(bench.log)")
        try await bench.run([sink(user: "kim", password: "right")]) { service in
            try await wait { service.count("delivered_total", of: "mqtt") == 1 }
        }
        try await wait { try messages.count == 1 }
        _ = subscriber
        try await broker.end(SIGKILL, port: port)
    }

    @Test(
        "With TLS the broker must show a certificate that is trusted",
        .enabled(if: RealServer.path(of: "openssl") != nil, "there is no openssl")
    )
    func tls() async throws {
        let (key, certificate) = (bench.folder.path("key.pem"), bench.folder.path("certificate.pem"))
        _ = try RealServer.output(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
            ]
        )
        let broker = try await start("allow_anonymous true\ncertfile \(certificate)\nkeyfile \(key)\n")
        let other = try bench.folder.file("other.pem", try Self.otherCertificate(in: bench.folder))
        try await bench.run([sink(tls: other)]) { service in
            try bench.open(0..<1)
            try await wait { (service.count("failures_total", of: "mqtt") ?? 0) > 1 }
            #expect(service.count("delivered_total", of: "mqtt") == 0)
        }
        #expect(bench.log.contains { $0.contains("TLS") }, "\(bench.log)")
        try await bench.run([sink(tls: certificate)]) { service in
            try await wait { service.count("delivered_total", of: "mqtt") == 1 }
        }
        try await broker.end(SIGKILL, port: port)
    }

    private static func otherCertificate(in folder: TemporaryFolder) throws -> String {
        let path = folder.path("made.pem")
        _ = try RealServer.output(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other",
                "-keyout", folder.path("made.key"), "-out", path,
            ]
        )
        return try TemporaryFolder.text(at: path)
    }
}
