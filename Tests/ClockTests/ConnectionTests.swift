import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Connections, ends and locks")
struct ConnectionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    private func questions(_ count: Int, k: Int = 1) -> [String] {
        (0..<count).map { "QUERY \(HouseReading(house: 1 + $0 % 2, hour: 1_680 + $0).arguments) k=\(k)" }
    }

    private func times(_ replies: [String]) throws -> [String?] {
        try replies.map { try JSONObject(reply: $0).text("time") }
    }

    @Test(
        "SIGTERM with requests in flight: every reply is delivered, and the exit code is 0",
        arguments: [SIGTERM, SIGINT]
    )
    func stopped(signal: Int32) throws {
        let server = try ServingProgram(["small"], in: folder)
        let clients = try (0..<3).map { _ in try server.connect() }
        for client in clients { try client.send(questions(400).map { $0 + "\n" }.joined().utf8) }
        let first = try clients.map { try $0.line() }
        server.signal(signal)
        for (client, first) in zip(clients, first) {
            let replies = try [#require(first)] + client.linesToEnd()
            #expect(try times(replies) == (0..<400).map { HouseReading.time(hour: 1_680 + $0) })
        }
        #expect(try server.waitForEnd() == 0)
        #expect(throws: ProgramFailure.self) { try server.connect() }
    }

    @Test(
        "A client that shuts its sending side gets all its replies, also to the last line, and then the end"
    )
    func halfClose() throws {
        let server = try ServingProgram(["small"], in: folder)
        let client = try server.connect()
        try client.send((questions(50).joined(separator: "\r\n") + "\nPING").utf8)
        client.shutWriting()
        let replies = try client.linesToEnd()
        #expect(replies.count == 51 && replies.last == #"OK {"pong":true}"#)
    }

    @Test("Ten thousand requests at once are answered in order")
    func pipelining() throws {
        let server = try ServingProgram(["small"], in: folder)
        let client = try server.connect()
        let replies = try client.exchange(questions(10_000))
        #expect(try times(replies) == (0..<10_000).map { HouseReading.time(hour: 1_680 + $0) })
        let stats = try JSONObject(reply: client.ask("STATS"))
        #expect(stats.integer("requests") == 10_001 && stats.integer("errors") == 0)
    }

    @Test("Two servers cannot have one index; a reader can")
    func oneServer() throws {
        let server = try ServingProgram(["small"], in: folder)
        let second = try Program.run(["serve", "small", "--listen", "127.0.0.1:0"], in: folder, limit: 20)
        #expect(second.code == 2)
        #expect(second.errors.contains("\(server.processNumber)") && second.errors.contains("serving"))
        #expect(second.output.isEmpty)
        let reader = try ServingProgram(
            ["small"],
            in: folder,
            options: ["--read-only", "--listen", "127.0.0.1:0"]
        )
        #expect(try reader.ask("PING") == [#"OK {"pong":true}"#])
        // Nothing is left of the lock when its holder dies without a chance to clean up.
        try server.crash()
        let third = try ServingProgram(["small"], in: folder)
        #expect(try third.stop() == 0)
    }

    @Test("Two builds cannot write one index")
    func oneBuilder() throws {
        let held = try Program.start(
            ["list"],
            in: folder,
            shell: #"exec 9<>indexes/small/writing.lock; flock -x 9; echo held; sleep 100"#,
            output: "holder"
        )
        defer { held.kill(SIGKILL) }
        for _ in 0..<500 where try folder.text("holder.out") != "held\n" { usleep(10_000) }
        for arguments in [["rebuild", "small"], ["rollback", "small", "--to", "1"]] {
            let finished = try Program.run(arguments, in: folder)
            #expect(finished.code == 2 && finished.errors.contains("writing the index `small` already"))
        }
        #expect(try folder.names(in: "indexes/small/generations") == ["000001"])
    }

    @Test("A port in use is a clear error, and so is a file at the socket's path")
    func taken() throws {
        let server = try ServingProgram(["small"], in: folder)
        let other = try BuiltIndex.copy(BuiltIndex.small)
        let second = try Program.run(
            ["serve", "small", "--listen", "127.0.0.1:\(server.port)"],
            in: other,
            limit: 30
        )
        #expect(second.code == 2)
        #expect(
            second.errors.contains("127.0.0.1:\(server.port)") && second.errors.contains("in use"),
            "\(second.errors)"
        )
        try other.file("plain", "not a socket")
        let third = try Program.run(
            ["serve", "small", "--socket", other.path("plain")],
            in: other,
            limit: 30
        )
        #expect(third.code == 2 && third.errors.contains("not a socket"), "\(third.errors)")
        #expect(try other.text("plain") == "not a socket")
    }

    @Test("More connections than allowed get `busy`")
    func busy() throws {
        let options = ["--max-connections", "2", "--listen", "127.0.0.1:0"]
        let server = try ServingProgram(["small"], in: folder, options: options)
        let clients = try (0..<2).map { _ in try server.connect() }
        for client in clients { _ = try client.ask("PING") }
        let third = try server.connect()
        #expect(try #require(try third.line()).hasPrefix("ERR busy "))
        #expect(try third.line() == nil)
        #expect(try clients[0].ask("PING") == #"OK {"pong":true}"#)
    }
}
