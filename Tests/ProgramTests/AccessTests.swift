import Foundation
import Testing

@Suite("Who may do what: tokens, reading only, Unix sockets, several indexes")
struct AccessTests {
    private let folder: TestFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    @Test("With a token file, a connection shows the token first")
    func token() throws {
        let file = try folder.file("token", "  correct-horse-battery\n")
        let options = ["--token-file", file, "--listen", "127.0.0.1:0"]
        let server = try ServingProgram(["small"], in: folder, options: options)
        let client = try server.connect()
        #expect(try client.ask("PING") == #"OK {"pong":true}"#)
        #expect(try client.ask("HELP").hasPrefix("OK "))
        for request in [
            "INFO", "STATS", "USE small", "RELOAD", "QUERY house-1 2023-03-12 0.4", "AUTH wrong-token",
        ]
            + ["AUTH correct-horse-batter", "AUTH correct-horse-battery-", "AUTH \"\""]
        {
            let reply = try client.ask(request)
            #expect(reply.hasPrefix("ERR "), "\(request): \(reply)")
            if request != "AUTH \"\"" { #expect(reply.hasPrefix("ERR not_authorised ")) }
        }
        #expect(try client.ask("AUTH correct-horse-battery") == #"OK {"authorised":true}"#)
        #expect(try client.ask("INFO").hasPrefix("OK "))
        #expect(try server.ask("INFO")[0].hasPrefix("ERR not_authorised "))
    }

    @Test(
        "A token file that holds no token is refused",
        arguments: [("short", "1234567\n"), ("blank", "two words here\n"), ("empty", ""), ("missing", nil)]
    )
    func badToken(name: String, text: String?) throws {
        if let text { try folder.file(name, text) }
        let arguments = ["serve", "small", "--listen", "127.0.0.1:0", "--token-file", folder.path(name)]
        let finished = try Program.run(arguments, in: folder, limit: 20)
        #expect(finished.code == 2 && finished.errors.contains(folder.path(name)), "\(finished)")
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

    @Test("A Unix socket is its owner's alone, and is gone when the server stops")
    func unixSocket() throws {
        let path = folder.path("g.sock")
        let server = try ServingProgram(["small"], in: folder, options: ["--socket", path])
        #expect(try server.output.contains("listening on \(path)"))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try LineClient(path: path).ask("PING") == #"OK {"pong":true}"#)
        #expect(try server.stop() == 0)
        #expect(!folder.exists("g.sock"))
        // After a crash the file is in the way, and nobody listens: the next server takes its place.
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
