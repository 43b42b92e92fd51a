import Foundation
import LineServer
import Logging
import ServiceLifecycle
import Sockets
import TestSupport

/// A server that accepts connections.
struct RunningServer: Sendable {
    let addresses: [ListenAddress]
    let responder: StubResponder
    let statistics: ConnectionStatistics
    private let group: ServiceGroup

    /// Where it listens first.
    var address: ListenAddress { addresses[0] }

    /// Asks it to stop; it has stopped when `with` returns.
    func stop() async {
        await group.triggerGracefulShutdown()
    }

    /// Returns once the condition holds. If it never does, the test's time limit ends the wait.
    func wait(until condition: @Sendable (ConnectionStatistics) -> Bool) async throws {
        while !condition(statistics) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Runs a server for as long as `body` does, stops it gracefully, and waits for its end.
    static func with(
        _ addresses: [ListenAddress] = [.tcp(host: "127.0.0.1", port: 0)],
        limits: Limits = Limits(),
        _ body: @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let (bound, continuation) = AsyncStream<[ListenAddress]>.makeStream()
        let responder = StubResponder()
        let statistics = ConnectionStatistics()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = LineServer(
            responder: responder,
            addresses: addresses,
            limits: limits,
            statistics: statistics,
            logger: logger,
            onListening: { continuation.yield($0) }
        )
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { continuation.finish() }
                try await group.run()
            }
            for await addresses in bound {
                let running = RunningServer(
                    addresses: addresses,
                    responder: responder,
                    statistics: statistics,
                    group: group
                )
                try await body(running)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

extension LineClient {
    /// Connects to where a server listens; a reset is an error.
    convenience init(_ address: ListenAddress, patience: Int = 50) throws {
        switch address {
        case .tcp(_, let port):
            try self.init(port: UInt16(truncatingIfNeeded: port), patience: patience, isStrict: true)
        case .unix(let path):
            try self.init(path: path, patience: patience, isStrict: true)
        }
    }
}

/// A free path in the temporary folder.
func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appending(path: "gridkin-\(UUID().uuidString.prefix(8)).sock").path
}

/// Limits for a test: closed connections linger only briefly.
func limits(_ change: (inout Limits) -> Void) -> Limits {
    var limits = Limits()
    limits.lingerTime = .milliseconds(200)
    change(&limits)
    return limits
}
