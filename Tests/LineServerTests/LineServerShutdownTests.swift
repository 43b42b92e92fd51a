import LineServer
import TestSupport
import Testing

@Suite("LineServer shutdown", .timeLimit(.minutes(5)))
struct LineServerShutdownTests {
    @Test("Requests being answered get their replies, idle connections close, new ones are refused")
    func graceful() async throws {
        try await RunningServer.with { server in
            try await withThrowingTaskGroup(of: [String].self) { clients in
                clients.addTask {
                    try await blocking {
                        let client = try LineClient(server.address)
                        try client.sendWithoutReading("wait\necho behind\n")
                        return try client.linesToEnd()
                    }
                }
                await server.responder.gate.reached()
                clients.addTask {
                    try await blocking {
                        let client = try LineClient(server.address)
                        return try client.linesToEnd()
                    }
                }
                try await server.wait { $0.connections == 2 }
                await server.stop()
                // The idle one ends while the other is still being answered.
                #expect(try await clients.next() == [])
                // The listener closes on a shared thread: connections are refused soon, not always at once.
                while await (try? blocking { _ = try LineClient(server.address) }) != nil {}
                await server.responder.gate.open()
                #expect(try await clients.next() == ["OK waited", "OK behind"])
            }
        }
    }

    @Test("An unfinished line at the stop is not answered")
    func unfinished() async throws {
        try await RunningServer.with { server in
            async let replies = blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("wait\necho 12")
                return try client.linesToEnd()
            }
            await server.responder.gate.reached()
            await server.stop()
            await server.responder.gate.open()
            let received = try await replies
            #expect(received == ["OK waited"])
        }
    }

    @Test("Requests that arrived while the server was busy, and that it had not read yet, are answered")
    func unread() async throws {
        var limits = Limits()
        limits.unreadBytes = 1
        try await RunningServer.with(limits: limits) { server in
            // Less than the system buffers for a connection, more than the server reads ahead.
            let count = 6_000
            let (sent, continuation) = AsyncStream<Void>.makeStream()
            async let replies = blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("wait\n" + String(repeating: "echo 1\n", count: count))
                continuation.finish()
                return try client.linesToEnd().count
            }
            for await _ in sent {}
            await server.responder.gate.reached()
            await server.stop()
            await server.responder.gate.open()
            let received = try await replies
            #expect(received == count + 1)
        }
    }

    @Test("A client that never reads delays the stop no longer than the write limit")
    func neverReads() async throws {
        var limits = Limits()
        limits.writeTime = .milliseconds(200)
        try await RunningServer.with(limits: limits) { server in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try await blocking {
                        let client = try LineClient(server.address)
                        try client.sendWithoutReading(String(repeating: "big 65536\n", count: 1_000))
                        while client.sendUpTo(Array("x".utf8)) == 1 {}
                    }
                }
                try await server.wait { $0.requests > 0 }
                await server.stop()
                try await tasks.waitForAll()
            }
        }
    }

    @Test("A cancelled server ends, with connections open")
    func cancelled() async throws {
        await #expect(throws: (any Error).self) {
            try await RunningServer.with { server in
                let reply = try await blocking {
                    let client = try LineClient(server.address)
                    try client.sendWithoutReading("echo a\n")
                    return try client.line()
                }
                #expect(reply == "OK a")
                // Cancels the group that the server runs in.
                throw CancellationError()
            }
        }
    }
}
