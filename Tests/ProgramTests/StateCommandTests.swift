import GRDB
import ProgramSupport
import TestSupport
import Testing

/// Two UPS with a column of modes.
@Suite("States in commands and over the socket", .timeLimit(.minutes(5)))
struct StateCommandTests {
    private static func mode(_ hour: Int) -> String {
        hour % 10 < 2 ? "auf Batterie" : hour % 90 == 45 ? "bypass" : "online"
    }

    private static func time(_ hour: Int) -> String {
        let day = hour / 24 + 1
        let date = day <= 31 ? "2024-01-\(two(day))" : "2024-02-\(two(day - 31))"
        return "\(date)T\(two(hour % 24)):00:00Z"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func file(in folder: TemporaryFolder) throws -> String {
        var text = "meter,time,kw,mode\n"
        for hour in 0..<900 {
            for meter in ["ups1", "ups2"] { text += "\(meter),\(time(hour)),\(hour % 24).5,\(mode(hour))\n" }
        }
        return try folder.file("ups.csv", text)
    }

    @Test("Words are pushed, asked for, told among the reasons and printed; the index names them")
    func socket() throws {
        let folder = try TemporaryFolder()
        let file = try Self.file(in: folder)
        try Program.succeed(["build", "ups", "--from", file], in: folder)
        let server = try ServingProgram(["ups"], in: folder)
        let client = try server.connect()
        let info = try client.ask("INFO")
        #expect(info.contains(#""channels":["kw","mode"]"#), "\(info)")
        #expect(info.contains(#""states":[{"name":"mode","words":["auf Batterie","bypass","online"]}]"#))
        #expect(try client.ask("PUSH ups1 \(Self.time(900)) 12.5 \"auf Batterie\"").hasPrefix("OK "))
        let printed = try Program.succeed(
            ["query", "ups", "ups1", Self.time(901), "13.5", "bypass"],
            in: folder
        ).output
        #expect(printed.contains("`mode` went from auf Batterie to bypass, as it did 0 times"), "\(printed)")
        let rare = try client.ask("PUSH ups1 \(Self.time(901)) 13.5 bypass")
        let reason =
            #""reasons":[{"reason":"changed_state","state":"mode","from":"auf Batterie","to":"bypass","#
        #expect(rare.contains(reason + #""times":0,"of":360}]"#), "\(rare)")
        #expect(try client.ask("PUSH ups1 \(Self.time(902)) 14.5 Off").contains("unknown_word"))
        let refused = try client.ask("QUERY ups1 \(Self.time(903)) online 14.5")
        #expect(refused.hasPrefix("ERR bad_value") && refused.contains("value 2, `mode`"), "\(refused)")
        #expect(try server.stop() == 0)
        let since = ["readings", "ups", "--meter", "ups1", "--since", Self.time(899)]
        #expect(
            try Program.succeed(since, in: folder).output == """
                meter,timestamp,kw,mode
                ups1,\(Self.time(899)),11.5,online
                ups1,\(Self.time(900)),12.5,auf Batterie
                ups1,\(Self.time(901)),13.5,bypass
                ups1,\(Self.time(902)),14.5,other

                """
        )
        #expect(
            try Program.succeed(["inspect", "ups"], in: folder).output.contains(
                "auf Batterie, bypass, online"
            )
        )
    }

    @Test("What peek proposes builds the same; scores of the file are those of its own words")
    func files() throws {
        let folder = try TemporaryFolder()
        let file = try Self.file(in: folder)
        let peeked = try Program.succeed(["peek", file], in: folder).output
        #expect(peeked.contains("`mode` is a state") && peeked.contains("12.5  auf Batterie") == false)
        let command = try #require(peeked.split(separator: "\n").last).split(separator: " ").map(String.init)
        #expect(command.suffix(2) == ["--state", "mode"])
        try Program.succeed(Array(command.dropFirst()) + ["--until", Self.time(800)], in: folder)
        let score = ["score", "NAME", "--from", file, "--since", Self.time(800)]
        let rows = try ScoresTable(Program.succeed(score, in: folder).output).rows
        #expect(rows.count == 200)
        let named = score + ["--value", "kw", "--value", "mode"]
        #expect(try Program.succeed(named, in: folder).output == Program.succeed(score, in: folder).output)
    }

    @Test("A state of one table is joined to the readings of another")
    func joined() throws {
        let folder = try TemporaryFolder()
        let queue = try DatabaseQueue(path: folder.path("dc.db"))
        try queue.write { database in
            try database.execute(
                sql: "CREATE TABLE load (time TEXT, kw REAL); CREATE TABLE ups (time TEXT, v REAL, mode TEXT)"
            )
            for hour in 0..<600 {
                let time = Self.time(hour)
                try database.execute(
                    sql: "INSERT INTO load VALUES (?, ?)",
                    arguments: [time, Double(hour % 24)]
                )
                try database.execute(
                    sql: "INSERT INTO ups VALUES (?, ?, ?)",
                    arguments: [time, 230.0 + Double(hour % 7), Self.mode(hour)]
                )
            }
        }
        try queue.close()
        let words = ["--from", "dc.db", "--table", "load", "--table", "ups", "--within", "10s"]
        try Program.succeed(["build", "dc"] + words, in: folder)
        let readings = try Program.succeed(["readings", "dc", "--until", Self.time(1)], in: folder).output
        #expect(
            readings.hasPrefix("meter,timestamp,kw,v,mode\n") && readings.contains(",0.0,230.0,auf Batterie")
        )
        let refused = try Program.run(["build", "no"] + words + ["--state", "mood"], in: folder)
        #expect(refused.code == 2 && refused.errors.contains("no table has a column `mood`"), "\(refused)")
    }
}
