import Foundation
import ProgramSupport
import Statistics
import TestSupport
import Testing

@Suite(
    "A bad request gets an error, a framing error closes its connection, and the server goes on"
)
struct BadRequestTests {
    private let folder: TemporaryFolder
    private let server: ServingProgram

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
        server = try ServingProgram(["small"], in: folder)
    }

    @Test(
        "One line, one error, and the connection stays open",
        arguments: [
            ("FROBNICATE", "unknown_verb", "HELP"),
            ("QUERY house-1 2023-03-12T00:00:00Z 1 2", "wrong_channels", "power_kw"),
            ("PUSH house-1 2023-03-12T00:00:00Z 1 2 3", "wrong_channels", "3 values"),
            ("PUSH house-1 2023-03-12T00:00:00Z", "bad_request", ""),
            ("PUSH house-1 2023-03-12T00:00:00Z nan", "bad_value", ""),
            ("PUSH house-1 2023-03-12T00:00:00Z 1e999", "bad_value", ""),
            ("PUSH house-1 2023-02-29T00:00:00Z 1", "bad_time", ""),
            ("PUSH house-1 1969-12-31T00:00:00Z 1", "bad_time", ""),
            ("QUERY house-1 2023-03-12T00:00:00Z 1 k=0", "limit", "256"),
            ("QUERY house-1 2023-03-12T00:00:00Z 1 k=257", "limit", "256"),
            ("QUERY house-1 2023-03-12T00:00:00Z 1 k=ten", "bad_request", "k"),
            ("QUERY house-1 2023-03-12T00:00:00Z 1 k=1 k=2", "bad_request", "k"),
            ("QUERY house-1 2023-03-12T00:00:00Z 1 probes=4097", "limit", "4096"),
            (#"QUERY {"meter":"house-1","end":"2023-03-12T00:00:00Z","values":[]}"#, "bad_request", ""),
            (#"QUERY {"meter":"house-1","end":"never","values":[[1],[2],[3]]}"#, "bad_time", ""),
            (
                #"QUERY {"meter":"house-1","end":"2023-03-12T00:00:00Z","values":[[1]],"interval":0}"#,
                "limit", "86400"
            ),
            (#"QUERY {"meter":"#, "bad_request", ""),
            ("QUERY \"house-1 2023-03-12T00:00:00Z 1", "bad_request", ""),
            ("LABEL house-1 2023-03-01T00:00:00Z normal spike", "bad_label", ""),
            ("PING\u{7}", "bad_encoding", ""),
        ]
    )
    func oneLine(request: String, code: String, word: String) throws {
        let client = try server.connect()
        let reply = try client.ask(request)
        #expect(reply.hasPrefix("ERR \(code) "), "\(reply)")
        #expect(word.isEmpty || reply.contains(word), "\(reply)")
        #expect(reply.count > "ERR \(code) ".count + 10 && reply.utf8.count < 600)
        #expect(try client.ask("PING") == #"OK {"pong":true}"#)
    }

    @Test("Bytes that are not UTF-8")
    func invalidUTF8() throws {
        let client = try server.connect()
        try client.send([0x51, 0xFF, 0xFE, 0x0A])
        #expect(try #require(try client.line()).hasPrefix("ERR bad_encoding "))
        try client.send(Array("PUSH h".utf8) + [0xC3, 0x28] + Array(" 2023-03-12 1\n".utf8))
        #expect(try #require(try client.line()).hasPrefix("ERR bad_encoding "))
        #expect(try client.ask("PING") == #"OK {"pong":true}"#)
    }

    @Test("A line of 1 MiB closes the connection, after the replies before it")
    func tooLong() throws {
        let client = try server.connect()
        try client.send(line: "PING")
        #expect(try client.line() == #"OK {"pong":true}"#)
        // The server may close before it has read all of it.
        try? client.send([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + [10])
        #expect(try #require(try client.line()).hasPrefix("ERR too_long "))
        #expect(try client.line() == nil)
        #expect(try server.ask("PING") == [#"OK {"pong":true}"#])
    }

    @Test("A thousand lines of random bytes get a thousand errors")
    func noise() throws {
        var random = SplitMix64(seed: 1)
        let client = try server.connect()
        for _ in 0..<1_000 {
            let count = Int.random(in: 0...200, using: &random)
            let line = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }.filter { $0 != 10 }
            try client.send(line + [10])
            #expect(try #require(try client.line()).hasPrefix("ERR "))
        }
        // A hundred connections break off in the middle at once.
        for _ in 0..<20 { try server.connect().send(Array("QUERY house-1 2023".utf8)) }
        #expect(try client.ask("PING") == #"OK {"pong":true}"#)
        #expect(try server.stop() == 0)
    }

    @Test("Names of every kind come back unchanged")
    func names() throws {
        let client = try server.connect()
        for name in [
            #""feeder 12""#, #""k=v""#, #""caf\u00e9""#, "\"\u{1F600}\"", #""a\"b\\c""#, "Zähler",
            #""\u2028x""#,
        ] {
            let reply = try client.ask("PUSH \(name) 2024-01-01T00:00:00Z 1")
            #expect(reply.hasPrefix("OK "), "\(name): \(reply)")
            let written = name.hasPrefix("\"") ? name : "\"\(name)\""
            let sent = try JSONObject(#"{"meter":\#(written)}"#).text("meter")
            #expect(try JSONObject(reply: reply).text("meter") == sent)
            #expect(try client.ask("PUSH \(name) 2024-01-01T00:00:00Z 1").hasPrefix("ERR repeated "))
        }
    }
}
