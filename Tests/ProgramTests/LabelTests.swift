import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Labels count at once, for every connection, and are kept")
struct LabelTests {
    private let folder: TemporaryFolder
    /// A normal reading of the history.
    private let reading = HouseReading(house: 1, hour: 1_200)

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
        try #require(reading.kind == nil && !reading.value.isEmpty)
    }

    /// A week of another meter that looks strange in one way, so that its hours resemble each other.
    private func strange(_ hour: Int) -> String { "house-1 \(HouseReading.time(hour: hour)) 17.25" }

    @Test("A label is seen by the very next query of another connection")
    func nextQuery() throws {
        let server = try ServingProgram(["small"], in: folder)
        let one = try server.connect()
        let other = try server.connect()
        for hour in 1_680..<1_700 { _ = try one.ask("PUSH \(strange(hour))") }
        let before = try JSONObject(reply: other.ask("QUERY \(strange(1_700))"))
        let label = "house-1 \(HouseReading.time(hour: 1_698)) anomalous stuck-high"
        let labelled = try JSONObject(reply: one.ask("LABEL \(label)"))
        #expect(labelled.integer("labels") == 1)
        let after = try JSONObject(reply: other.ask("QUERY \(strange(1_700))"))
        #expect(before.objects("neighbours")?.contains { $0.text("kind") == "stuck-high" } == false)
        #expect(try #require(after.number("d_anomalous")) < (try #require(before.number("d_anomalous"))))
        #expect(try #require(after.number("score")) >= (try #require(before.number("score"))))
        let neighbour = try #require(after.objects("neighbours")?.first { $0.text("kind") == "stuck-high" })
        #expect(
            neighbour.text("label") == "anomalous" && neighbour.text("time") == HouseReading.time(hour: 1_698)
        )

        // The opposite label replaces the first.
        _ = try other.ask("LABEL house-1 \(HouseReading.time(hour: 1_698)) normal")
        let revoked = try JSONObject(reply: one.ask("QUERY \(strange(1_700))"))
        #expect(revoked.objects("neighbours")?.contains { $0.text("kind") == "stuck-high" } == false)
        #expect(revoked.number("d_anomalous") == before.number("d_anomalous"))
    }

    @Test("A running server notices `gridkin label`, and `gridkin query` sees what a server has taken in")
    func betweenProcesses() throws {
        let server = try ServingProgram(["small"], in: folder)
        let client = try server.connect()
        for hour in 1_680..<1_700 { _ = try client.ask("PUSH \(strange(hour))") }
        let time = HouseReading.time(hour: 1_690)
        _ = try client.ask("LABEL house-1 \(time) anomalous stuck-high")
        let arguments = ["query", "small", "house-1", HouseReading.time(hour: 1_700), "17.25", "--json"]
        let seen = try Program.succeed(arguments, in: folder).json()
        let answer = try client.ask("QUERY \(strange(1_700))")
        #expect(try seen.number("score") == JSONObject(reply: answer).number("score"))

        let other = HouseReading.time(hour: 1_698)
        let printed = try Program.succeed(
            ["label", "small", "house-1", other, "anomalous", "told", "--json"],
            in: folder
        ).json()
        #expect(printed.boolean("counts") == true && printed.text("kind") == "told")
        var isNoticed = false
        for _ in 0..<500 where !isNoticed {
            let answer = try JSONObject(reply: client.ask("QUERY \(strange(1_700))"))
            isNoticed = answer.objects("neighbours")?.contains { $0.text("kind") == "told" } == true
            if !isNoticed { usleep(20_000) }
        }
        #expect(isNoticed)
        #expect(try JSONObject(reply: client.ask("INFO")).integer("labels") == 2)
    }

    @Test("A label of the history counts, and a rebuild takes it into its banks")
    func rebuilt() throws {
        let before = try Program.succeed(["inspect", "small", "--json"], in: folder).json()
        try Program.succeed(
            ["label", "small", reading.meter, reading.time, "anomalous", "meant"],
            in: folder
        )
        let spike = try #require(
            (0..<1_680).map { HouseReading(house: 2, hour: $0) }.first { $0.kind != nil }
        )
        try Program.succeed(["label", "small", spike.meter, spike.time, "normal"], in: folder)
        try Program.succeed(["label", "small", spike.meter, spike.time, "anomalous", "again"], in: folder)
        let after = try Program.succeed(["rebuild", "small", "--json"], in: folder).json()
        let manifest = try #require(after.object("manifest"))
        let count = try #require(before.integer("anomalousReadings"))
        #expect(manifest.integer("anomalousReadings") == count + 1)
        #expect(manifest.object("journal")?.integer("labels") == 3)
        // After a rollback, the labels count with the older generation again.
        try Program.succeed(["rollback", "small"], in: folder)
        let server = try ServingProgram(["small"], in: folder)
        #expect(try JSONObject(reply: server.ask("INFO")[0]).integer("labels") == 3)
    }

    @Test(
        "A label that is not possible is refused with the reason",
        arguments: [
            (["house-1", "2023-01-05T00:30:00Z", "normal"], "no reading", 2),
            (["nobody", "2023-01-05T00:00:00Z", "normal"], "nobody", 2),
            (["house-1", "2023-01-05T00:00:00Z", "odd"], "normal` or `anomalous", 64),
            (["house-1", "2023-01-05T00:00:00Z", "normal", "spike"], "kind", 64),
            (["house-1", "yesterday", "normal"], "yesterday", 64),
        ] as [([String], String, Int32)]
    )
    func refused(arguments: [String], word: String, code: Int32) throws {
        let finished = try Program.run(["label", "small"] + arguments, in: folder)
        #expect(finished.code == code && finished.errors.contains(word), "\(finished)")
    }
}
