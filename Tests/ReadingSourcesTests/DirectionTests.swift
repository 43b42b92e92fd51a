import ReadingSources
import Readings
import TestSupport
import Testing

/// A sign that stands in a column of its own must not be lost.
@Suite("Directions beside values") struct DirectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ header: String, _ words: [String], _ more: String = "") -> String {
        "time,\(header)\n"
            + (0..<24).map { hour in
                "2024-01-13 \(hour < 10 ? "0" : "")\(hour):00,\(words[hour < 8 || hour > 15 ? 0 : 1]),0.\(hour + 11)\(more)\n"
            }.joined()
    }

    @Test(
        "Each direction is a channel",
        arguments: [("flow", ["+", "-"]), ("xyz", ["import", "export"]), ("Richtung", ["A", "E"])]
    ) func channels(name: String, words: [String]) throws {
        let (summary, histories) = try folder.read(text("\(name),kwh", words))
        #expect(summary.channels.map(\.text) == words.sorted() && summary.accepted == 24)
        #expect(histories.count == 1 && histories[0].values.count { !$0.isNaN } == 24)
        #expect(summary.notes.contains { $0.contains("--state \(name)") })
    }

    @Test(
        "Estimated and actual are no directions, nor are words that the caller says are a state, nor signed values"
    )
    func others() throws {
        #expect(try folder.read(text("quality,kwh", ["A", "E"])).summary.channels.contains("kwh"))
        var choice = ColumnChoice()
        choice.states = ["way"]
        #expect(
            try folder.read(text("way,kwh", ["import", "export"]), choice).summary.channels.contains("kwh")
        )
        let signed = text("way,kwh", ["import", "export"]).replacing("export,", with: "export,-")
        #expect(try folder.read(signed).summary.channels.contains("kwh"))
    }

    @Test("A sign beside several values is asked for") func refuses() throws {
        let signs = text("sign,kwh,kvarh", ["+", "-"], ",0.5")
        do {
            _ = try folder.read(signs)
            Issue.record("the sign was lost")
        } catch {
            let error = try #require(error as? ReadingsError)
            #expect(error.code == .rowsNotTold && error.sentence.contains("--channel sign"))
        }
        var choice = ColumnChoice()
        choice.noStates = ["sign"]
        #expect(try folder.read(signs, choice).summary.channels == ["kwh", "kvarh"])
    }
}
