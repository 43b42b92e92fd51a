import Gateway
import Glibc
import LineProtocol
import LineServer
import NIOCore
import Sockets
import TestSupport
import Testing

@Suite("Limits of time on lines, and of connections by address", .timeLimit(.minutes(5)))
struct PeerLimitTests {
    @Test("One address's connections are limited; when one leaves, another may come")
    func connections() async throws {
        try await RunningServer.with(limits: limits { $0.connectionsOfAPeer = 2 }) { server in
            let replies = try await blocking {
                let first = try LineClient(server.address)
                let second = try LineClient(server.address)
                try first.sendWithoutReading("echo 1\n")
                try second.sendWithoutReading("echo 2\n")
                let served = [try first.line(), try second.line()]
                let third = try LineClient(server.address)
                return served + (try third.linesToEnd())
            }
            #expect(replies.prefix(2) == ["OK 1", "OK 2"])
            #expect(
                replies.count == 3
                    && replies[2]?.hasPrefix("ERR busy 2 connections from your address") == true
            )
            try await server.wait { $0.connections == 0 }
            let later = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("echo 5\n")
                return try client.line()
            }
            #expect(later == "OK 5")
            #expect(server.statistics.accepted == 3 && server.statistics.refused == 1)
        }
    }

    @Test(
        "A client that is gone before its address is asked for is counted, as no client of a Unix socket is"
    )
    func unknownAddress() {
        let gone: SocketAddress? = nil
        #expect(Peer(gone).origin != nil && Peer(gone).origin != .loopback)
        #expect(Peer.unix.origin == nil)
    }

    @Test("A Unix socket has no address to limit")
    func unixSocket() async throws {
        let address = ListenAddress.unix(path: temporaryPath())
        try await RunningServer.with([address], limits: limits { $0.connectionsOfAPeer = 1 }) { server in
            let replies = try await blocking {
                let first = try LineClient(server.address)
                let second = try LineClient(server.address)
                try first.sendWithoutReading("echo 1\n")
                try second.sendWithoutReading("echo 2\n")
                return [try first.line(), try second.line()]
            }
            #expect(replies == ["OK 1", "OK 2"])
        }
    }

    @Test("A line that is not finished in time closes the connection, however busy it was before")
    func unfinishedLine() async throws {
        try await RunningServer.with(limits: limits { $0.lineTime = .milliseconds(300) }) { server in
            let lines = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("echo 1\necho 2\necho")
                // Single bytes do not finish the line.
                for _ in 0..<50 where client.sendUpTo([120]) == 1 { rest() }
                return try client.linesToEnd()
            }
            #expect(lines.prefix(2) == ["OK 1", "OK 2"])
            #expect(lines.count == 3 && lines.last?.hasPrefix("ERR idle ") == true, "\(lines)")
            #expect(server.statistics.cut == 1)
        }
    }

    @Test("Lines that are finished in time may come in pieces, any number of them")
    func finishedLines() async throws {
        try await RunningServer.with(limits: limits { $0.lineTime = .seconds(5) }) { server in
            let replies = try await blocking {
                let client = try LineClient(server.address)
                var replies: [String?] = []
                for _ in 0..<50 {
                    try client.sendWithoutReading("ec")
                    rest(3)
                    try client.sendWithoutReading("ho a\necho b\ne")
                    replies += [try client.line(), try client.line()]
                    rest(3)
                    try client.sendWithoutReading("cho c\n")
                    replies.append(try client.line())
                }
                return replies
            }
            #expect(replies.count == 150 && replies.allSatisfy { $0?.hasPrefix("OK ") == true })
            #expect(server.statistics.cut == 0)
        }
    }
}

/// A number of times 20 ms on a client's thread.
private func rest(_ times: UInt32 = 1) {
    usleep(times * 20_000)
}
