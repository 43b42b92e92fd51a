import Glibc
import LineServer
import Sockets
import Synchronization
import TestSupport
import Testing

@Suite("LineServer limits", .timeLimit(.minutes(5)))
struct LineServerLimitTests {
    @Test("One connection more than allowed gets busy; when one leaves, another may come")
    func connections() async throws {
        try await RunningServer.with(limits: limits { $0.connections = 2 }) { server in
            let replies = try await blocking {
                let first = try LineClient(server.address)
                let second = try LineClient(server.address)
                try first.sendWithoutReading("echo 1\n")
                try second.sendWithoutReading("echo 2\n")
                let served = [try first.line(), try second.line()]
                let third = try LineClient(server.address)
                try third.sendWithoutReading("echo 3\n")
                let refused = try third.linesToEnd()
                // Still served.
                try first.sendWithoutReading("echo 4\n")
                return served + [try first.line()] + refused
            }
            #expect(replies.prefix(3) == ["OK 1", "OK 2", "OK 4"])
            #expect(replies.count == 4 && replies[3]?.hasPrefix("ERR busy ") == true)
            try await server.wait { $0.connections == 0 }
            #expect(server.statistics.accepted == 2 && server.statistics.refused == 1)
            let later = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("echo 5\n")
                return try client.line()
            }
            #expect(later == "OK 5")
        }
    }

    @Test("A client that never reads is disconnected, and delays no other client until then")
    func neverReads() async throws {
        try await RunningServer.with(limits: limits { $0.writeTime = .milliseconds(300) }) { server in
            let pressure = Pressure()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try await blocking {
                        let client = try LineClient(server.address)
                        // 64 MiB of replies, more than the system's buffers hold.
                        try client.sendWithoutReading(String(repeating: "big 65536\n", count: 1_000))
                        while !pressure.isOver { rest() }
                    }
                }
                try await server.wait { $0.requests > 0 }
                let reply = try await blocking {
                    let other = try LineClient(server.address)
                    try other.sendWithoutReading("echo alive\n")
                    return try other.line()
                }
                #expect(reply == "OK alive")
                try await server.wait { $0.cut == 1 }
                try await server.wait { $0.connections == 0 }
                pressure.end()
                try await tasks.waitForAll()
            }
        }
    }

    @Test("A slow reader that does read gets everything")
    func slowReader() async throws {
        try await RunningServer.with(limits: limits { $0.writeTime = .seconds(2) }) { server in
            let count = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading(String(repeating: "big 65536\n", count: 300))
                var count = 0
                while count < 300, try client.line()?.utf8.count == 65_536 {
                    count += 1
                    if count.isMultiple(of: 50) { rest() }
                }
                return count
            }
            #expect(count == 300)
            #expect(server.statistics.cut == 0)
        }
    }

    @Test("A client that sends no complete request gets idle, even if it sends single bytes")
    func idle() async throws {
        try await RunningServer.with(limits: limits { $0.idleTime = .milliseconds(200) }) { server in
            let silent = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("echo a\n")
                return try client.linesToEnd()
            }
            #expect(silent.count == 2)
            #expect(silent.last?.hasPrefix("ERR idle ") == true)
            let dripped = try await blocking {
                let client = try LineClient(server.address)
                var count = 0
                while client.sendUpTo([120]) == 1, count < 1_000 {
                    count += 1
                    rest()
                }
                return count
            }
            #expect(dripped < 1_000)
            #expect(server.statistics.cut == 2)
        }
    }

    /// Idle connections are checked every 7.5 seconds.
    @Test("After the server's last reply a client may linger for the time allowed, and no longer")
    func lingering() async throws {
        try await RunningServer.with(limits: limits { _ in }) { server in
            let taken = try await blocking {
                let start = ContinuousClock.now
                let client = try LineClient(server.address)
                try client.sendWithoutReading("bye\n")
                while client.sendUpTo([120]) == 1 { rest() }
                return ContinuousClock.now - start
            }
            try await server.wait { $0.connections == 0 }
            #expect(taken < .seconds(5))
            #expect(server.statistics.cut == 0)
        }
    }

    @Test("A client that waits for a slow reply is not idle")
    func longRequest() async throws {
        try await RunningServer.with(limits: limits { $0.idleTime = .seconds(1) }) { server in
            let reply = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("slow 2500\n")
                return try client.line()
            }
            #expect(reply == "OK slow")
        }
    }

    @Test("Requests beyond the limit of unread bytes stay with the client")
    func backPressure() async throws {
        let address = ListenAddress.unix(path: temporaryPath())
        try await RunningServer.with([address], limits: limits { $0.unreadBytes = 131_072 }) { server in
            let sent = try await blocking {
                // A Unix socket's own buffers are small and do not grow.
                let client = try LineClient(server.address, patience: 1)
                try client.sendWithoutReading("wait\n")
                return client.sendUpTo(Array(String(repeating: "echo a\n", count: 1_000_000).utf8))
            }
            await server.responder.gate.open()
            #expect(sent < 2 << 20)
        }
    }

    @Test("Resets and garbage affect no other client")
    func rudeClients() async throws {
        try await RunningServer.with { server in
            let reply = try await blocking {
                for round in 0..<50 {
                    let rude = try LineClient(server.address)
                    rude.resetAtEnd()
                    if round.isMultiple(of: 2) {
                        try rude.sendWithoutReading(String(repeating: "big 10000\n", count: 200))
                    } else {
                        _ = rude.sendUpTo((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ round) })
                    }
                }
                let client = try LineClient(server.address)
                try client.sendWithoutReading("echo alive\n")
                return try client.line()
            }
            #expect(reply == "OK alive")
            try await server.wait { $0.connections == 0 }
        }
    }
}

/// Tells a client on another thread to leave.
private final class Pressure: Sendable {
    private let over = Atomic(false)

    var isOver: Bool { over.load(ordering: .relaxed) }

    func end() {
        over.store(true, ordering: .relaxed)
    }
}

/// 20 ms of a client's thread.
private func rest() {
    usleep(20_000)
}
