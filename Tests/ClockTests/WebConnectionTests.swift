import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("HTTP while others hold connections: the health check is answered")
struct WebConnectionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    private func serve(shell: String? = nil) throws -> ServingProgram {
        let options = ["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"]
        return try ServingProgram(["small"], in: folder, options: options, shell: shell)
    }

    /// Whether /healthz answers within a time, on a connection of its own.
    private func isHealthy(_ port: UInt16, within limit: Duration = .seconds(1)) throws -> Bool {
        let began = ContinuousClock.now
        let client = try LineClient(port: port, patience: 5)
        try client.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
        return try client.line()?.contains(" 200 ") == true && ContinuousClock.now - began < limit
    }

    @Test(
        "Hundreds of connections from the same address, silent, half-open or idle, deny nobody the health check",
        arguments: ["", "GET /healthz HTTP/1.1\r\nHo", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"]
    )
    func held(begin: String) throws {
        let server = try serve()
        let others = try (0..<400).map { _ in
            let client = try LineClient(port: server.httpPort)
            // Those that must go may be gone already.
            try? client.send(begin.utf8)
            return client
        }
        for _ in 0..<5 { #expect(try isHealthy(server.httpPort)) }
        #expect(try server.ask("PING") == [#"OK {"pong":true}"#])
        withExtendedLifetime(others) {}
        #expect(try server.stop() == 0)
    }

    @Test("Connections that ask without end keep no room from a new one")
    func busy() throws {
        let server = try serve()
        let requests = String(repeating: "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", count: 50)
        let others = try (0..<200).map { _ in
            let client = try LineClient(port: server.httpPort)
            _ = client.sendUpTo(Array(requests.utf8))
            return client
        }
        // They keep the processors busy with pages, too.
        #expect(try isHealthy(server.httpPort, within: .seconds(5)))
        withExtendedLifetime(others) {}
    }

    @Test(
        "HTTP connections use at most a quarter of the descriptors, so few descriptors suffice for the health check"
    )
    func descriptors() throws {
        let server = try serve(shell: #"ulimit -n 96; exec "$@""#)
        let others = try (0..<150).map { _ in try LineClient(port: server.httpPort) }
        // One of five may be reset while the descriptors run out: a supervisor asks again.
        let healthy = try (0..<5).count { _ in try isHealthy(server.httpPort) }
        #expect(healthy >= 4)
        let before = try server.processorTicks
        usleep(1_000_000)
        #expect(try server.processorTicks - before < 50, "it does not spin")
        withExtendedLifetime(others) {}
    }

    @Test("A connection is cut if its first request is not complete after ten seconds, however it drips")
    func drip() throws {
        let server = try serve()
        let silent = try LineClient(port: server.httpPort)
        let dripping = try LineClient(port: server.httpPort)
        let began = ContinuousClock.now
        try dripping.send("GET /healthz HTTP/1.1\r\nX: ".utf8)
        while dripping.sendUpTo([120]) == 1, ContinuousClock.now - began < .seconds(20) { usleep(100_000) }
        #expect(try silent.line() == nil)
        let time = ContinuousClock.now - began
        #expect(time > .seconds(9) && time < .seconds(15), "\(time)")
        let page = try LineClient(port: server.httpPort)
        try page.send("GET /metrics HTTP/1.0\r\n\r\n".utf8)
        #expect(try page.linesToEnd().contains(#"gridkin_http_connections_total{outcome="cut"} 2"#))
    }
}
