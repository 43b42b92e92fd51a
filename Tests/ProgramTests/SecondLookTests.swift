import Foundation
import ProgramSupport
import TestSupport
import Testing

/// The second look as users see it: `build --second-look`, the scores and the socket.
@Suite("build --second-look: score and PUSH agree about the same readings, also a day later")
struct SecondLookTests {
    /// The revisions in replies as the columns of a scores file, by time.
    private func revisions(in replies: [String]) throws -> [String: [String]] {
        var revisions: [String: [String]] = [:]
        for reply in replies {
            for revision in try JSONObject(reply: reply).objects("revisions") ?? [] {
                let time = try #require(revision.text("time"))
                let figures = try ["score", "p"].map { "\(try #require(revision.number($0)))" }
                let words = [revision.text("verdict") ?? "", revision.text("kind") ?? ""]
                #expect(revisions.updateValue(figures + words, forKey: time) == nil)
            }
        }
        return revisions
    }

    @Test("The columns of score are the revisions of PUSH")
    func scoresAndRevisions() throws {
        let folder = try TemporaryFolder()
        let known = try folder.file("known.csv", HouseReading.file(houses: 1...2, hours: 0..<1_680))
        let printed = try Program.succeed(
            ["build", "demo", "--from", known, "--second-look", "24h"],
            in: folder
        )
        #expect(printed.output.contains("with a second look, 24 h later"))
        #expect(!printed.errors.contains("readings of a meter at most"), "\(printed.errors)")
        let readings = (1_680..<1_900).filter { !(1_750..<1_790).contains($0) }
            .map { HouseReading(house: 1, hour: $0) }
        let rows = [HouseReading.header] + readings.map(\.row)
        let file = try folder.file("new.csv", rows.joined(separator: "\n") + "\n")
        try Program.succeed(["score", "demo", "--from", file, "--output", "scores.csv"], in: folder)
        let table = try ScoresTable(folder.text("scores.csv"))
        let server = try ServingProgram(["demo"], in: folder)
        let replies = try server.connect().exchange(readings.map { "PUSH \($0.arguments)" })
        let revisions = try revisions(in: replies)
        var due = 0
        for row in table.rows {
            let second = try #require(row.second)
            guard let revised = revisions[row.time] else {
                #expect(second == ["", "", "", ""])
                continue
            }
            #expect(second == revised)
            due += 1
        }
        // All except those of the last day.
        #expect(due == readings.count - 24)
        #expect(try server.ask("INFO")[0].contains(#""second_look":86400"#))
        #expect(try server.ask("QUERY house-1 2023-04-01T00:00:00Z 1.0")[0].contains("revisions") == false)
        #expect(try Program.run(["verify", "demo"], in: folder).code == 0)
        let again = try Program.succeed(["rebuild", "demo"], in: folder)
        #expect(again.output.contains("with a second look"))
    }

    @Test(
        "A wait of more readings than possible is shortened, and one warning says so"
    )
    func cut() throws {
        let folder = try TemporaryFolder()
        // Every five minutes and every hour: 24 hours are 288 readings of the one and 24 of the other.
        let rows = (0..<1_200).flatMap { step in
            let time = HouseReading.time(hour: step)
            let minutes = 5 * step
            let quick = "2023-01-0\(1 + minutes / 1_440)T\(Self.clock(minutes % 1_440))Z"
            return ["slow,\(time),\(step % 24)", "quick,\(quick),\(step % 12)"]
        }
        let both = try folder.file("both.csv", (["meter,time,x"] + rows).joined(separator: "\n"))
        let printed = try Program.succeed(
            ["build", "both", "--from", both, "--second-look", "24h"],
            in: folder
        )
        let words =
            "24 h later, and of 1 of 2 meters, which report more often, 256 readings (21 h 20 min) later"
        #expect(printed.output.contains("with a second look, \(words)"), "\(printed.output)")
        #expect(printed.errors.components(separatedBy: "256 readings of a meter at most").count == 2)
        let inspected = try Program.succeed(["inspect", "both"], in: folder)
        #expect(inspected.output.contains(words))
        let quick = rows.filter { $0.hasPrefix("quick") }
        let file = try folder.file("quick.csv", (["meter,time,x"] + quick).joined(separator: "\n"))
        let alone = try Program.succeed(
            ["build", "quick", "--from", file, "--second-look", "1d"],
            in: folder
        )
        #expect(
            alone.output.contains("with a second look, 256 readings (21 h 20 min) later"),
            "\(alone.output)"
        )
        let short = try Program.succeed(
            ["build", "quick", "--from", file, "--second-look", "90m"],
            in: folder
        )
        #expect(short.output.contains("with a second look, 1 h 30 min later"), "\(short.output)")
    }

    private static func clock(_ minutes: Int) -> String {
        [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":") + ":00"
    }

    @Test(
        "An invalid wait is wrong usage",
        arguments: ["24", "h", "0h", "-1h", "400d", "1.5h", "99999999999999999999s"]
    )
    func wrongWaits(_ text: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("known.csv", HouseReading.file(houses: 1...1, hours: 0..<100))
        #expect(
            try Program.run(["build", "x", "--from", file, "--second-look=\(text)"], in: folder).code == 64
        )
    }
}
