import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Access: tokens, read-only servers, Unix sockets, several indexes")
struct AccessTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    private static let reader = "a-token-to-read-with"
    private static let writer = "a-token-to-write-with"

    private func tokenFile(_ mode: Int = 0o600) throws -> String {
        let text = "# who may come in\n\nread-only \(Self.reader)\n  read-write\t\(Self.writer)\n"
        let file = try folder.file("token", text)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    private func serve(_ options: String...) throws -> ServingProgram {
        let all = ["--token-file", try tokenFile(), "--listen", "127.0.0.1:0"] + options
        return try ServingProgram(["small"], in: folder, options: all)
    }

    @Test("With a token file, a connection must show a token before anything but PING")
    func token() throws {
        let server = try serve()
        let client = try server.connect()
        #expect(try client.ask("PING") == #"OK {"pong":true}"#)
        let reading = HouseReading(house: 1, hour: 1_680)
        for request in [
            "INFO", "STATS", "USE small", "RELOAD", "HELP", "QUERY \(reading.arguments)",
            "AUTH wrong-token-of-mine",
            "AUTH \(Self.writer.dropLast())", "AUTH \(Self.writer)-", "AUTH \"\"",
        ] {
            let reply = try client.ask(request)
            #expect(reply.hasPrefix("ERR "), "\(request): \(reply)")
            if request != "AUTH \"\"" { #expect(reply.hasPrefix("ERR not_authorised ")) }
        }
        #expect(try client.ask("AUTH \(Self.writer)") == #"OK {"authorised":true}"#)
        #expect(try JSONObject(reply: client.ask("INFO")).boolean("read_only") == false)
        #expect(try client.ask("PUSH \(reading.arguments)").hasPrefix("OK "))
        #expect(try server.ask("INFO")[0].hasPrefix("ERR not_authorised "))
    }

    @Test("A read-only token allows queries and no changes")
    func readingToken() throws {
        let server = try serve()
        let client = try server.connect()
        #expect(try client.ask("AUTH \(Self.reader)") == #"OK {"authorised":true}"#)
        let reading = HouseReading(house: 1, hour: 1_680)
        #expect(try client.ask("QUERY \(reading.arguments)").hasPrefix("OK "))
        #expect(try client.ask("PUSH \(reading.arguments)").hasPrefix("ERR read_only "))
        #expect(
            try client.ask("LABEL house-1 \(HouseReading.time(hour: 9)) normal").hasPrefix("ERR read_only ")
        )
        #expect(try JSONObject(reply: client.ask("INFO")).boolean("read_only") == true)
        #expect(try client.ask("AUTH \(Self.writer)") == #"OK {"authorised":true}"#)
        #expect(try client.ask("PUSH \(reading.arguments)").hasPrefix("OK "))
    }

    @Test("Five wrong tokens close the connection; no token appears in a reply or in the log")
    func guessing() throws {
        let server = try serve()
        let client = try server.connect()
        let began = ContinuousClock.now
        try client.send((String(repeating: "AUTH no-token-of-yours\n", count: 9) + "PING\n").utf8)
        let replies = try client.linesToEnd()
        #expect(replies.count == 5 && replies.allSatisfy { $0.hasPrefix("ERR not_authorised ") })
        #expect(ContinuousClock.now - began > .seconds(1), "guessing is slow")
        let spaced = try server.ask("AUTH \(Self.writer) \(Self.reader)")[0]
        #expect(spaced.hasPrefix("ERR bad_request ") && !spaced.contains(Self.reader))
        #expect(try server.stop() == 0)
        let words = try String(contentsOfFile: "/proc/self/cmdline", encoding: .utf8)
        for secret in [Self.reader, Self.writer, "no-token-of-yours"] {
            #expect(try !server.log.contains(secret) && !server.output.contains(secret))
            #expect(!words.contains(secret))
        }
    }

    @Test(
        "A token file that cannot be used is refused, and none of its content is printed",
        arguments: [
            ("short", "read-write 123456789012345\n", "line 1"),
            ("lone", "secret-in-its-own-line\n", "line 1"),
            ("three", "# x\nread-write secret-in-two words-of-it\n", "line 2"),
            ("empty", "# nothing\n", "no token"),
            ("twice", "read-only secret-in-two-lines\nread-write secret-in-two-lines\n", "line 2"),
            ("missing", nil, "No such file"),
        ]
    )
    func badToken(name: String, text: String?, word: String) throws {
        if let text {
            try folder.file(name, text)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path(name))
        }
        let arguments = ["serve", "small", "--listen", "127.0.0.1:0", "--token-file", folder.path(name)]
        let finished = try Program.run(arguments, in: folder, limit: 20)
        #expect(finished.code == 2 && finished.errors.contains(folder.path(name)), "\(finished)")
        #expect(finished.errors.contains(word) && !finished.errors.contains("secret"), "\(finished)")
    }

    @Test("A token file that all users may read is refused; one that its group may read gives a warning")
    func openTokenFile() throws {
        let options = ["--token-file", try tokenFile(0o644), "--listen", "127.0.0.1:0"]
        let refused = try Program.run(["serve", "small"] + options, in: folder, limit: 20)
        #expect(refused.code == 2 && refused.errors.contains("chmod"), "\(refused)")
        _ = try tokenFile(0o640)
        let server = try ServingProgram(["small"], in: folder, options: options)
        #expect(try server.log.contains("chmod 600"))
    }

    @Test("--read-only refuses PUSH and LABEL, answers the rest, and writes nothing")
    func readOnly() throws {
        let server = try ServingProgram(
            ["small"],
            in: folder,
            options: ["--read-only", "--listen", "127.0.0.1:0"]
        )
        let reading = HouseReading(house: 1, hour: 1_680)
        let label = "LABEL house-1 \(HouseReading.time(hour: 9)) normal"
        let replies = try server.ask("PUSH \(reading.arguments)", label, "QUERY \(reading.arguments)", "INFO")
        #expect(replies[0].hasPrefix("ERR read_only ") && replies[1].hasPrefix("ERR read_only "))
        #expect(try JSONObject(reply: replies[2]).text("verdict") != nil)
        #expect(try JSONObject(reply: replies[3]).boolean("read_only") == true)
        #expect(try server.stop() == 0)
        #expect(!folder.exists("indexes/small/journal.sqlite"))
    }

    @Test("Only its owner may use a Unix socket, and it is removed when the server stops")
    func unixSocket() throws {
        let path = folder.path("g.sock")
        let server = try ServingProgram(["small"], in: folder, options: ["--socket", path])
        #expect(try server.output.contains("listening on \(path)"))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try LineClient(path: path).ask("PING") == #"OK {"pong":true}"#)
        #expect(try server.stop() == 0)
        #expect(!folder.exists("g.sock"))
        // After a crash the file is left and no server listens: the next server replaces it.
        let second = try ServingProgram(["small"], in: folder, options: ["--socket", path])
        try second.crash()
        #expect(folder.exists("g.sock"))
        let both = ["--socket", path, "--listen", "127.0.0.1:0"]
        let third = try ServingProgram(["small"], in: folder, options: both)
        #expect(try LineClient(path: path).ask("PING") == third.ask("PING")[0])
    }

    @Test("Of several indexes, each connection chooses its own")
    func several() throws {
        try FileManager.default.copyItem(
            atPath: folder.path("indexes/small"),
            toPath: folder.path("indexes/second")
        )
        let server = try ServingProgram(["small", "second"], in: folder)
        let one = try server.connect()
        let other = try server.connect()
        #expect(try one.ask("INFO").hasPrefix("ERR no_index "))
        #expect(try one.ask("QUERY house-1 2023-03-12 0.4").hasPrefix("ERR no_index "))
        #expect(try one.ask("STATS").contains(#""indexes":["small","second"]"#))
        #expect(try one.ask("USE third").hasPrefix("ERR unknown_index "))
        #expect(try one.ask("USE small") == #"OK {"index":"small","generation":1}"#)
        #expect(try other.ask("USE second") == #"OK {"index":"second","generation":1}"#)
        let reading = HouseReading(house: 1, hour: 1_680)
        #expect(try one.ask("PUSH \(reading.arguments)").hasPrefix("OK "))
        #expect(try other.ask("PUSH \(reading.arguments)").hasPrefix("OK "))
        #expect(try one.ask("PUSH \(reading.arguments)").hasPrefix("ERR repeated "))
        #expect(try server.stop() == 0)
        #expect(
            folder.exists("indexes/small/journal.sqlite") && folder.exists("indexes/second/journal.sqlite")
        )
    }
}
