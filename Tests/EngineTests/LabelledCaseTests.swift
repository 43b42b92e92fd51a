import Engine
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

@Suite("What the nearest anomalies turned out to be")
struct LabelledCaseTests {
    private let storm = LabelNote(author: "kim", cause: "storm", repair: "fuse, 3 h")

    /// Pushes an hour's voltage of a meter, and gives the cases that an explanation of it tells.
    private func push(
        _ live: LiveIndex,
        _ meter: Name,
        _ hour: Int,
        _ voltage: Double
    ) throws -> [Explanation.CaseCount] {
        let time = ExplanationTests.later(hour)
        return try live.push(meter, at: time, values: [voltage, 11]).explanation?.cases ?? []
    }

    private func counts(_ cases: [Explanation.CaseCount]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: cases.map { ($0.told.cause ?? "", $0.count) })
    }

    @Test("From the label on, also after an opening and a rebuild; no more once it is replaced or taken back")
    func told() async throws {
        let home = try TemporaryFolder()
        let folder = try await ExplanationTests.folder(in: home)
        var live = try LiveIndex(folder)
        for hour in 0..<3 { _ = try push(live, "c", hour, 230) }
        for hour in 0..<7 { _ = try push(live, "b", hour, 230) }
        #expect(try push(live, "c", 3, 120).isEmpty)
        #expect(try push(live, "c", 4, 118).isEmpty)
        let labelled = ReadingChoice([
            .range(ExplanationTests.later(3), through: ExplanationTests.later(4))
        ])
        let label = Label.anomalous(kind: "broken-neutral")
        _ = try live.label("c", labelled, as: label, note: storm, given: ExplanationTests.later(5))
        #expect(try counts(push(live, "a", 5, 119))["storm"] == 2)
        try live.close()
        live = try LiveIndex(folder)
        #expect(try counts(push(live, "a", 6, 119))["storm"] == 2)
        try live.close()
        _ = try await IndexBuilder.rebuild(folder) { _ in }
        live = try LiveIndex(folder)
        // Other windows may be nearer now, since the encoder is another one.
        let afterwards = try push(live, "b", 7, 119)
        #expect(counts(afterwards)["storm"] ?? 0 >= 1, "\(afterwards)")
        // Another label of one of the readings, with another cause.
        let other = LabelNote(cause: "digger")
        let second = ReadingChoice(ExplanationTests.later(4))
        _ = try live.label("c", second, as: label, note: other, given: ExplanationTests.later(8))
        let replaced = try counts(push(live, "b", 8, 119))
        #expect(replaced["digger"] == 1, "\(replaced)")
        _ = try live.unlabel("c", labelled, given: ExplanationTests.later(9))
        #expect(try push(live, "b", 9, 119).isEmpty)
    }

    @Test("A journal gives the cases of labels that count, and notes what was altered")
    func journal() throws {
        let home = try TemporaryFolder()
        let journal = try Journal(path: home.path("journal.sqlite"))
        let times = (0..<3).map { ExplanationTests.later($0) }
        let label = Label.anomalous(kind: nil)
        try journal.append(feedback: Feedback("m", times, label, note: storm, given: times[0]))
        try journal.append(feedback: Feedback("m", [times[1]], label, given: times[0]))
        try journal.append(feedback: Feedback("m", [times[2]], nil, given: times[0]))
        let told = try #require(LabelCase(cause: "storm", repair: "fuse, 3 h"))
        #expect(try journal.cases() == [ReadingKey("m", times[0]): told])
        try journal.close()
        try runSQL("UPDATE feedback SET cause = 'rain' WHERE first = 1", on: home.path("journal.sqlite"))
        let reader = try #require(try Journal.reader(path: home.path("journal.sqlite")))
        #expect(try reader.cases().isEmpty && reader.alteredRows == ["feedback 1"])
    }
}
