import Foundation
import ProgramSupport
import TestSupport
import Testing

/// Two houses until 2023-10-28 in UTC, and the day of 25 hours after it.
@Suite("--timezone", .timeLimit(.minutes(5)))
struct TimezoneCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let file = try folder.file("houses.csv", HouseReading.file(houses: 1...2, hours: 6_500..<7_200))
        try Program.succeed(["build", "rome", "--from", file, "--timezone", "Europe/Rome"], in: folder)
    }

    private func push(_ time: String) throws -> JSONObject {
        try Program.succeed(["push", "rome", "house-1", time, "0.5", "--json"], in: folder).json()
    }

    @Test("is kept by the index and its rebuilds, and shown")
    func kept() throws {
        try Program.succeed(["rebuild", "rome"], in: folder)
        let inspected = try Program.succeed(["inspect", "rome", "--json"], in: folder).json()
        #expect(inspected.text("timezone") == "Europe/Rome" && inspected.integer("generation") == 2)
        #expect(try Program.succeed(["inspect", "rome"], in: folder).output.contains("Europe/Rome"))
        let server = try ServingProgram(["rome"], in: folder)
        let client = try server.connect()
        #expect(try JSONObject(reply: client.ask("INFO")).text("timezone") == "Europe/Rome")
        #expect(try server.stop() == 0)
    }

    @Test("An index with a zone is not built again without one")
    func builtAgain() throws {
        let file = folder.path("houses.csv")
        let refused = try Program.run(["build", "rome", "--from", file], in: folder)
        #expect(refused.code == 2 && refused.errors.contains("--timezone Europe/Rome"), "\(refused.errors)")
        try Program.succeed(["build", "rome", "--from", file, "--timezone", "UTC"], in: folder)
        try Program.succeed(["build", "rome", "--from", file], in: folder)
    }

    @Test("makes times without an offset local; those of the repeated hour are told apart by order")
    func local() throws {
        #expect(try push("2023-10-29T01:00").text("time") == "2023-10-28T23:00:00Z")
        #expect(try push("2023-10-29T02:00").text("time") == "2023-10-29T00:00:00Z")
        #expect(try push("2023-10-29T02:00").text("time") == "2023-10-29T01:00:00Z")
        let third = try Program.run(["push", "rome", "house-1", "2023-10-29T02:00", "0.5"], in: folder)
        #expect(third.code == 2 && third.errors.contains("2023-10-29T01:00:00Z already"))
        #expect(try push("2023-10-29T03:00").text("time") == "2023-10-29T02:00:00Z")
        let label = ["label", "rome", "house-1", "2023-10-29T03:00", "normal", "--json"]
        #expect(try Program.succeed(label, in: folder).json().text("time") == "2023-10-29T02:00:00Z")
        for words in [
            ["query", "rome", "house-1", "2023-10-29T02:30", "0.5"],
            ["label", "rome", "house-1", "2023-10-29T02:30", "normal"],
            ["query", "rome", "house-1", "2023-10-30", "0.5", "--where", "time<2023-10-29T02:30"],
        ] {
            let refused = try Program.run(words, in: folder)
            #expect(refused.code == 2)
            #expect(refused.errors.contains("2023-10-29T02:30:00+02:00 or 2023-10-29T02:30:00+01:00"))
        }
        let skipped = try Program.run(["push", "rome", "house-1", "2024-03-31T02:30", "0.5"], in: folder)
        #expect(skipped.code == 2 && skipped.errors.contains("was skipped by the clock of Europe/Rome"))
    }

    @Test("is the zone of --since and --until too")
    func options() throws {
        let file = folder.path("houses.csv")
        let until = ["--until", "2023-10-20", "--json"]
        func last(_ name: String, _ words: [String]) throws -> String? {
            let built = try Program.succeed(["build", name, "--from", file] + until + words, in: folder)
                .json()
            return built.object("manifest")?.text("last")
        }
        #expect(try last("local", ["--timezone", "Europe/Rome"]) == "2023-10-19T21:00:00Z")
        #expect(try last("utc", []) == "2023-10-19T23:00:00Z")
        let score = ["score", "local", "--from", file, "--since", "2023-10-21", "--until", "2023-10-22"]
        let rows = try ScoresTable(Program.succeed(score, in: folder).output).rows
        #expect(rows.first?.time == "2023-10-20T22:00:00Z" && rows.last?.time == "2023-10-21T21:00:00Z")
        #expect(rows.count == 2 * 24)
        let unclear = ["score", "local", "--from", file, "--since", "2023-10-29T02:00"]
        let refused = try Program.run(unclear, in: folder)
        #expect(refused.code == 64 && refused.errors.contains("--since 2023-10-29T02:00:00 comes twice"))
    }

    @Test("may be another one for each meter, by a column; pushes, queries, scores and rebuilds know it")
    func column() throws {
        let rows = try String(contentsOfFile: folder.path("houses.csv"), encoding: .utf8)
            .split(separator: "\n")
        let zoned = rows.enumerated().map { place, row in
            let zone = row.hasPrefix("house-1,") ? "Asia/Tokyo" : "Europe/Rome"
            return row + (place == 0 ? ",zone name" : ",\(zone)")
        }
        let file = try folder.file("zoned.csv", zoned.joined(separator: "\n") + "\n")
        let built = try Program.succeed(["build", "zones", "--from", file], in: folder)
        #expect(built.output.contains("Asia/Tokyo (1 meter), Europe/Rome (1 meter)"))
        #expect(!built.errors.contains("warning"))
        try Program.succeed(["rebuild", "zones"], in: folder)
        let inspected = try Program.succeed(["inspect", "zones"], in: folder).output
        #expect(inspected.contains("Asia/Tokyo (1 meter), Europe/Rome (1 meter)"))
        let server = try ServingProgram(["zones"], in: folder)
        let client = try server.connect()
        #expect(try client.ask("INFO").contains(#""zones":["Asia/Tokyo","Europe/Rome"]"#))
        func pushed(_ meter: String, _ time: String) throws -> String? {
            try JSONObject(reply: client.ask("PUSH \(meter) \(time) 0.5")).text("time")
        }
        #expect(try pushed("house-1", "2023-10-29T15:00") == "2023-10-29T06:00:00Z")
        #expect(try pushed("house-2", "2023-10-29T15:00") == "2023-10-29T14:00:00Z")
        #expect(try pushed("house-9", "2023-10-29T15:00") == "2023-10-29T15:00:00Z")
        #expect(try server.stop() == 0)
        let later =
            "meter,time,kw\n"
            + (0..<4).flatMap { hour in
                ["house-1", "house-2"].map { "\($0),2023-11-05 0\(hour):00,0.5\n" }
            }.joined()
        let unzoned = try folder.file("later.csv", later)
        let scored = try ScoresTable(
            Program.succeed(["score", "zones", "--from", unzoned, "--value", "kw"], in: folder).output
        ).rows
        #expect(scored.count == 8)
        #expect(scored.first { $0.meter == "house-1" }?.time == "2023-11-04T15:00:00Z")
        #expect(scored.first { $0.meter == "house-2" }?.time == "2023-11-04T23:00:00Z")
        let held = ["readings", "zones", "--meter", "house-1", "--since", "2023-10-29T15:00"]
        #expect(try Program.succeed(held, in: folder).output.contains("\nhouse-1,2023-10-29T06:00:00Z,"))
    }

    @Test("is a name of the tz database", arguments: ["Europe/Rom", "CEST", "+01:00", "GMT+1"])
    func refused(name: String) throws {
        let file = folder.path("houses.csv")
        let refused = try Program.run(["build", "x", "--from", file, "--timezone", name], in: folder)
        #expect(refused.code == 64 && refused.errors.contains("no time zone of the tz database"))
        if name == "Europe/Rom" { #expect(refused.errors.contains("did you mean Europe/Rome?")) }
    }
}
