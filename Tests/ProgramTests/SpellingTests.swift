import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Names that look the same are different names, and the program says so")
struct SpellingTests {
    private static let pairs = [["caf\u{E9}", "cafe\u{301}"], ["K", "\u{212A}"]]

    @Test("Two meters of a file stay two, and are warned of", arguments: pairs)
    func built(pair: [String]) throws {
        let folder = try TemporaryFolder()
        let houses = HouseReading.file(houses: 1...2, hours: 0..<600)
        let text = houses.replacing("house-1", with: pair[0]).replacing("house-2", with: pair[1])
        let file = try folder.file("houses.csv", text)
        let build = try Program.succeed(["build", "names", "--from", file, "--json"], in: folder)
        #expect(try build.json().object("manifest")?.integer("meters") == 2)
        let warning = "warning: meters whose names look the same"
        #expect(build.errors.contains(warning) && build.errors.contains(#"\u{"#), "\(build.errors)")
        #expect(try build.json().texts("warnings")?.count == 1)
        let inspected = try Program.succeed(["inspect", "names"], in: folder)
        #expect(inspected.errors.contains(warning))
        #expect(try Program.succeed(["rebuild", "names"], in: folder).errors.contains(warning))
        let evaluation = try Program.succeed(["evaluate", "names", "--from", file, "--json"], in: folder)
        let escaped = [#""caf\\u{00E9}":"#, #""cafe\\u{0301}":"#, #""K":"#, #""\\u{212A}":"#]
        #expect(escaped.count { evaluation.output.contains($0) } == 2, "\(evaluation.output)")
        // Each is asked about by its own bytes.
        for meter in pair {
            let answer = ["query", "names", meter, HouseReading.time(hour: 600), "0.4", "--json"]
            #expect(try Program.succeed(answer, in: folder).output.contains("\"meter\":\"\(meter)\""))
        }
    }

    @Test("A server keeps them apart in memory and on the disk, and logs a warning once", arguments: pairs)
    func served(pair: [String]) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        let server = try ServingProgram(["tiny"], in: folder)
        let client = try server.connect()
        let time = HouseReading.time(hour: 600)
        #expect(try client.ask("PUSH \(pair[0]) \(time) 1").hasPrefix("OK "))
        #expect(try client.ask("QUERY \(pair[1]) \(time) 1").hasPrefix("ERR unknown_meter "))
        #expect(try client.ask("PUSH \(pair[0]) \(time) 1").hasPrefix("ERR repeated "))
        #expect(try client.ask("LABEL \(pair[1]) \(time) normal").hasPrefix("ERR unknown_meter "))
        #expect(try client.ask("PUSH \(pair[1]) \(time) 2").hasPrefix("OK "))
        let label = try client.ask("LABEL \(pair[1]) \(time) anomalous")
        #expect(label.hasPrefix("OK ") && label.utf8.elementsEqual(label.utf8))
        let warning = "meters whose names look the same"
        var isLogged = false
        for _ in 0..<500 where !isLogged {
            isLogged = try server.log.contains(warning)
            if !isLogged { usleep(20_000) }
        }
        #expect(isLogged)
        #expect(try JSONObject(reply: client.ask("INFO")).integer("meters") == 4)
        #expect(try server.stop() == 0)
        let again = try ServingProgram(["tiny"], in: folder)
        #expect(try JSONObject(reply: again.ask("INFO")[0]).integer("meters") == 4)
        for meter in pair {
            #expect(try again.ask("PUSH \(meter) \(time) 1")[0].hasPrefix("ERR repeated "))
        }
    }

    @Test("`gridkin push` without a server warns too, and suggests the other spelling for a mistyped one")
    func withoutServer() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        let time = HouseReading.time(hour: 600)
        let first = try Program.succeed(["push", "tiny", "caf\u{E9}", time, "1"], in: folder)
        #expect(!first.errors.contains("warning"))
        try Program.succeed(["rebuild", "tiny"], in: folder)
        let query = try Program.run(["query", "tiny", "cafe\u{301}", time, "1"], in: folder)
        #expect(
            query.code == 2 && query.errors.contains(#"did you mean `caf\u{00E9}`, which looks the same"#)
        )
        let second = try Program.succeed(["push", "tiny", "cafe\u{301}", time, "1"], in: folder)
        #expect(second.errors.contains(#"`cafe\u{0301}` and `caf\u{00E9}`"#), "\(second.errors)")
    }

    /// Swift would replace the bytes, and merge the two.
    @Test("A name on the command line that is not UTF-8 is refused", arguments: ["\\xff", "\\xfe"])
    func arguments(byte: String) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let shell = #""$@" "$(printf 'house\#(byte)')" 2024-01-01 1"#
        let refused = try Program.run(["push", "small"], in: folder, shell: shell)
        #expect(refused.code == 64 && refused.errors.contains("argument 3 is not UTF-8"), "\(refused)")
        #expect(!folder.exists("indexes/small/journal.sqlite"))
    }

    @Test(
        "The command line has the limits of the protocol",
        arguments: [
            (
                ["label", "tiny", "house-1", "2023-01-05", "anomalous", String(repeating: "x", count: 65)],
                "64 bytes"
            ),
            (
                [
                    "label", "tiny", "house-1", "2023-01-05", "anomalous",
                    String(repeating: "x", count: 100_000),
                ], "64 bytes"
            ),
            (["label", "tiny", "house-1", "2023-01-05", "anomalous", "two\nlines"], "control character"),
            (["label", "tiny", "house-1", "2023-01-05", "anomalous", ""], "empty"),
            (["label", "tiny", String(repeating: "x", count: 257), "2023-01-05", "normal"], "256 bytes"),
            (["push", "tiny", String(repeating: "x", count: 257), "2024-01-05", "1"], "256 bytes"),
            (["push", "tiny", "a\u{85}b", "2024-01-05", "1"], "control character"),
            (["query", "tiny", "", "2024-01-05", "1"], "empty"),
            (["query", "tiny", "house-1", "2024-01-05", "1e16"], "1e16"),
            (
                ["push", "tiny", "house-1", "2024-01-05"] + [String](repeating: "1", count: 1_025),
                "1024 values"
            ),
        ] as [([String], String)]
    )
    func limits(arguments: [String], word: String) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        for further in [[], ["--offline"]] {
            let finished = try Program.run(arguments + further, in: folder)
            #expect(finished.code == 64 && finished.errors.contains(word), "\(finished.errors.prefix(300))")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("indexes/tiny/journal.sqlite")))
    }

    @Test(
        "A date of several meanings is refused, with the form to use",
        arguments: ["01/02/2023", "13/01/2023", "\"1/13/2023 10:00\"", "13.1.2023"]
    )
    func dates(date: String) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        let server = try ServingProgram(["tiny"], in: folder)
        let bare = date.replacing("\"", with: "")
        for request in [
            "QUERY house-1 \(date) 1", "PUSH house-1 \(date) 1", "LABEL house-1 \(date) normal",
            #"QUERY {"meter":"house-1","end":"\#(bare)","values":[[1]]}"#,
        ] {
            let reply = try server.ask(request)[0]
            #expect(
                reply.hasPrefix("ERR bad_time ") && reply.contains("does not begin with the year"),
                "\(reply)"
            )
            #expect(reply.contains("2024-01-31T14:00:00Z"))
        }
        let filter = try server.ask("QUERY house-1 2023-02-01T00:00:00Z 1 WHERE time>\(date)")[0]
        #expect(filter.hasPrefix("ERR bad_filter ") && filter.contains("2024-01-31T14:00:00Z"))
        #expect(try server.stop() == 0)
        for arguments in [
            ["label", "tiny", "house-1", bare, "normal"], ["query", "tiny", "house-1", bare, "1"],
            ["push", "tiny", "house-1", bare, "1"],
            ["query", "tiny", "house-1", "2023-02-01", "1", "--where", "time>\(date)"],
            ["build", "other", "--from", "no.csv", "--since", bare],
            ["simulate", "--output", "no.csv", "--start", bare],
        ] {
            let finished = try Program.run(arguments, in: folder)
            #expect(finished.code == 64 && finished.errors.contains("does not begin with the year"))
        }
    }
}
