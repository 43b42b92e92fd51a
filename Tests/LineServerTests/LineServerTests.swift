import Glibc
import LineProtocol
import LineServer
import Sockets
import TestSupport
import Testing
import Verdicts

@Suite("LineServer", .timeLimit(.minutes(5)))
struct LineServerTests {
    @Test("Pipelined requests are answered in order, in batches")
    func pipelining() async throws {
        try await RunningServer.with { server in
            let replies = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading((0..<5_000).map { "echo \($0)\n" }.joined())
                client.shutWriting()
                return try client.linesToEnd()
            }
            #expect(replies == (0..<5_000).map { "OK \($0)" })
            let sizes = server.responder.batchSizes
            #expect(sizes.reduce(0, +) == 5_000)
            #expect(sizes.allSatisfy { (1...RequestLimit.batch).contains($0) })
            #expect(sizes.count < 1_000)
            #expect(server.statistics.requests == 5_000)
        }
    }

    @Test("Slow requests are answered one by one, so that other clients get their turn in between")
    func slices() async throws {
        try await RunningServer.with { server in
            let replies = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading(String(repeating: "busy 3000\n", count: 40))
                client.shutWriting()
                return try client.linesToEnd()
            }
            #expect(replies == [String](repeating: "OK busy", count: 40))
            let sizes = server.responder.batchSizes
            #expect(sizes.reduce(0, +) == 40)
            #expect(sizes.dropFirst().allSatisfy { $0 == 1 })
        }
    }

    @Test(
        "A client that waits for each reply gets its turn between clients that pipeline and never read"
    )
    func turns() async throws {
        // Several for each event loop, each of which would keep its thread for two seconds.
        let (clients, lines) = (8, 4_000)
        try await RunningServer.with { server in
            // All on one thread, and the client that waits connects first: other tests may keep Swift's
            // threads, which accept connections, and that time must not count as waiting.
            let waited = try await blocking {
                let honest = try LineClient(server.address)
                try honest.sendWithoutReading("echo 1\n")
                _ = try honest.line()
                let greedy = try (0..<clients).map { _ in try LineClient(server.address) }
                for client in greedy {
                    try client.sendWithoutReading(String(repeating: "busy 500\n", count: lines))
                    client.resetAtEnd()
                }
                while server.responder.busyAnswers < clients { usleep(1_000) }
                return try withExtendedLifetime(greedy) {
                    try (0..<3).map { _ in
                        let before = server.responder.busyAnswers
                        try honest.sendWithoutReading("answered\n")
                        return try Int(honest.line()?.dropFirst(3) ?? "").map { $0 - before }
                    }
                }
            }
            // Without turns, a loop would have answered all of its own requests first: half of all.
            #expect(waited.allSatisfy { ($0 ?? .max) < clients * lines / 4 }, "\(waited)")
        }
    }

    @Test("One byte at a time, LF and CR LF")
    func byteByByte() async throws {
        try await RunningServer.with { server in
            let replies = try await blocking {
                let client = try LineClient(server.address)
                var replies: [String?] = []
                for byte in "echo a\r\necho b\n\n".utf8 {
                    try client.sendWithoutReading([byte])
                    if byte == 10 { replies.append(try client.line()) }
                }
                return replies
            }
            #expect(replies.prefix(2) == ["OK a", "OK b"])
            #expect(replies[2]?.hasPrefix("ERR bad_request ") == true)
        }
    }

    @Test(
        "A client that sends and shuts its side gets all its replies, also to a last line without an ending"
    )
    func halfClose() async throws {
        try await RunningServer.with { server in
            let replies = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("slow 50\necho one\nslow 50\necho last")
                client.shutWriting()
                return try client.linesToEnd()
            }
            #expect(replies == ["OK slow", "OK one", "OK slow", "OK last"])
        }
    }

    @Test("A line of 1 MiB gets too_long once, after the replies before it, and the connection closes")
    func tooLong() async throws {
        try await RunningServer.with { server in
            let replies = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading(
                    "echo before\n" + String(repeating: "x", count: 1 << 20) + "\necho after\n"
                )
                return try client.linesToEnd()
            }
            #expect(replies.count == 2)
            #expect(replies.first == "OK before")
            #expect(replies.last?.hasPrefix("ERR too_long ") == true)
            #expect(server.statistics.cut == 1)
        }
    }

    @Test("Bytes that are not UTF-8 cost a request, not the connection")
    func invalidUTF8() async throws {
        try await RunningServer.with { server in
            let replies = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading([0xFF, 0xFE, 0x00, 10] + Array("PING\n".utf8))
                client.shutWriting()
                return try client.linesToEnd()
            }
            #expect(replies.first?.hasPrefix("ERR bad_encoding ") == true)
            #expect(replies.dropFirst() == [#"OK {"pong":true}"#])
        }
    }

    @Test("After the responder's last reply nothing is answered, and the connection closes")
    func bye() async throws {
        try await RunningServer.with { server in
            let replies = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("echo a\nbye\necho b\n")
                return try client.linesToEnd()
            }
            #expect(replies == ["OK a", "OK bye"])
        }
    }

    @Test("Port 0 reports the port that was chosen, and several addresses are served at once")
    func severalAddresses() async throws {
        let any = ListenAddress.tcp(host: "127.0.0.1", port: 0)
        try await RunningServer.with([any, any]) { server in
            #expect(Set(server.addresses).count == 2)
            for address in server.addresses {
                guard case .tcp(let host, let port) = address else {
                    Issue.record("\(address) is not TCP")
                    continue
                }
                #expect(host == "127.0.0.1" && port > 0)
                let reply = try await blocking {
                    let client = try LineClient(address)
                    try client.sendWithoutReading("peer\n")
                    return try client.line()
                }
                #expect(reply == "OK 127.0.0.1")
            }
        }
    }

    @Test("A host is within the machine only by its numbers, or as localhost")
    func withinMachine() {
        func isWithin(_ host: String) -> Bool { ListenAddress.tcp(host: host, port: 7171).isWithinMachine }
        for host in ["localhost", "127.0.0.1", "127.9.0.2", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"] {
            #expect(isWithin(host), "\(host)")
        }
        for host in ["0.0.0.0", "::", "10.0.0.1", "loopback", "127.example.com", "127.1"] {
            #expect(!isWithin(host), "\(host)")
        }
    }

    @Test("A port in use is an error that names the port, and the other addresses are released")
    func portInUse() async throws {
        try await RunningServer.with { server in
            let socket = ListenAddress.unix(path: temporaryPath())
            let error = await #expect(throws: ListenError.self) {
                try await RunningServer.with([socket, server.address]) { _ in }
            }
            let text = error.map(\.description) ?? ""
            #expect(
                text.contains("\(server.address)") && text.contains("in use")
                    && text.contains("choose another port")
            )
            // Would fail if the first attempt still listened.
            try await RunningServer.with([socket]) { _ in }
        }
    }

    @Test(
        "Impossible addresses are refused",
        arguments: [("127.0.0.1", 70_000), ("192.0.2.1", 0), ("no host", 0)]
    )
    func badAddress(host: String, port: Int) async throws {
        await #expect(throws: ListenError.self) {
            try await RunningServer.with([.tcp(host: host, port: port)]) { _ in }
        }
    }
}
