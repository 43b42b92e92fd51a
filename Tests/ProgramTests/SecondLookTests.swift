import Testing

/// The second look from outside: by `build --second-look`, in the scores and on the socket.
@Suite("build --second-look: score and PUSH say the same of the same readings, a day later too")
struct SecondLookTests {
    @Test("The columns of score are the revisions of PUSH")
    func scoresAndRevisions() throws {
        let folder = try TestFolder()
        let known = try folder.file("known.csv", HouseReading.file(houses: 1...2, hours: 0..<1_680))
        let told = try Program.succeed(
            ["build", "demo", "--from", known, "--second-look", "24h"],
            in: folder
        )
        #expect(told.output.contains("with a second look, 86400 s later"))
        let readings = (1_680..<1_900).filter { !(1_750..<1_790).contains($0) }
            .map { HouseReading(house: 1, hour: $0) }
        let rows = [HouseReading.header] + readings.map(\.row)
        let file = try folder.file("new.csv", rows.joined(separator: "\n") + "\n")
        try Program.succeed(["score", "demo", "--from", file, "--output", "scores.csv"], in: folder)
        let table = try ScoresTable(folder.text("scores.csv"))
        let server = try ServingProgram(["demo"], in: folder)
        let replies = try server.connect().exchange(readings.map { "PUSH \($0.arguments)" })
        var revisions: [String: [String]] = [:]
        for reply in replies {
            for revision in try JSONObject(reply: reply).objects("revisions") ?? [] {
                let time = try #require(revision.text("time"))
                let figures = try ["score", "p"].map { "\(try #require(revision.number($0)))" }
                let words = [revision.text("verdict") ?? "", revision.text("kind") ?? ""]
                #expect(revisions.updateValue(figures + words, forKey: time) == nil)
            }
        }
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
        // All but the last day's.
        #expect(due == readings.count - 24)
        #expect(try server.ask("INFO")[0].contains(#""second_look":86400"#))
        #expect(try server.ask("QUERY house-1 2023-04-01T00:00:00Z 1.0")[0].contains("revisions") == false)
        #expect(try Program.run(["verify", "demo"], in: folder).code == 0)
        let again = try Program.succeed(["rebuild", "demo"], in: folder)
        #expect(again.output.contains("with a second look"))
    }

    @Test(
        "A wait that is none is wrong usage",
        arguments: ["24", "h", "0h", "-1h", "400d", "1.5h", "99999999999999999999s"]
    )
    func wrongWaits(_ text: String) throws {
        let folder = try TestFolder()
        let file = try folder.file("known.csv", HouseReading.file(houses: 1...1, hours: 0..<100))
        #expect(
            try Program.run(["build", "x", "--from", file, "--second-look=\(text)"], in: folder).code == 64
        )
    }
}
