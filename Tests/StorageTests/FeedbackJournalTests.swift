import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

/// What people say of readings, in the journal.
@Suite struct FeedbackJournalTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("journal.sqlite") }
    private let note = LabelNote(author: "ana", note: "a, \"b\"", cause: "storm", repair: "fuse, 3 h")

    init() throws { folder = try TemporaryFolder() }

    private func times(_ times: Int64...) -> [Timestamp] { times.map { Timestamp(milliseconds: $0) } }

    private func said(_ given: Int64, _ note: LabelNote = LabelNote()) -> GivenLabel.Said {
        GivenLabel.Said(given: Timestamp(milliseconds: given), note: note)
    }

    /// A label of an older program, a range with a note, a label that replaces, and a withdrawal.
    private func filled() throws -> Journal {
        let journal = try Journal(path: path)
        try journal.append(
            labels: [LabelEntry(meter: "a", time: Timestamp(milliseconds: 5), label: .normal)]
        )
        func give(_ label: Label?, _ times: [Timestamp], _ note: LabelNote, _ given: Int64) throws {
            let given = Timestamp(milliseconds: given)
            try journal.append(feedback: Feedback("a", times, label, note: note, given: given))
        }
        try give(.anomalous(kind: "dip"), times(5, 6, 7), note, 100)
        try give(.normal, times(6), LabelNote(), 200)
        try give(nil, times(5, 6), LabelNote(author: "bo"), 300)
        try give(.anomalous(kind: nil), times(6), LabelNote(), 400)
        return journal
    }

    @Test func numbersAreOneOrder() throws {
        let journal = try filled()
        #expect(try journal.position().labels == 8)
        let all = try journal.numberedLabels(after: 0)
        #expect(all.end == 8 && all.labels.map(\.number) == Array(1...8))
        #expect(all.labels.map { $0.label == nil } == [false, false, false, false, false, true, true, false])
        let some = try journal.numberedLabels(after: 3, through: 7, limit: 3)
        #expect(some.end == 6 && some.labels.map(\.number) == [4, 5, 6])
        let last = try journal.lastLabels(of: "a", in: times(5)[0]...times(6)[0])
        #expect(last.mapValues(\.number) == [times(5)[0]: 6, times(6)[0]: 8])
        #expect(try journal.lastLabels(of: "b", in: times(5)[0]...times(6)[0]).isEmpty)
        // A program that knows of no withdrawals goes on after them.
        try journal.append(labels: [LabelEntry(meter: "b", time: times(1)[0], label: .normal)])
        #expect(try journal.position().labels == 9 && journal.labels(after: .start).count == 7)
    }

    @Test func theHistoryIsTold() throws {
        let journal = try filled()
        func entry(_ time: Int64, _ label: Label) -> LabelEntry {
            LabelEntry(meter: "a", time: Timestamp(milliseconds: time), label: label)
        }
        let dip = Label.anomalous(kind: "dip")
        let back = GivenLabel.End.withdrawn(said(300, LabelNote(author: "bo")))
        let wanted = [
            GivenLabel(entry(5, .normal), number: 1, said: nil, end: .replaced(by: 2)),
            GivenLabel(entry(5, dip), number: 2, said: said(100, note), end: back),
            GivenLabel(entry(6, dip), number: 3, said: said(100, note), end: .replaced(by: 5)),
            GivenLabel(entry(7, dip), number: 4, said: said(100, note), end: nil),
            GivenLabel(entry(6, .normal), number: 5, said: said(200), end: back),
            GivenLabel(entry(6, .anomalous(kind: nil)), number: 8, said: said(400), end: nil),
        ]
        func told(_ change: (inout LabelQuery) -> Void = { _ in }) throws -> [GivenLabel] {
            var query = LabelQuery()
            change(&query)
            return try journal.givenLabels(query)
        }
        #expect(try told() == wanted)
        #expect(try told { $0.meter = "a" } == wanted && told { $0.meter = "b" }.isEmpty)
        #expect(try told { ($0.from, $0.before) = (times(6)[0], times(7)[0]) }.map(\.number) == [3, 5, 8])
        #expect(try told { ($0.start, $0.limit) = (3, 2) }.map(\.number) == [3, 4])
        // A journal that is only read, and one of before.
        #expect(try Journal.reader(path: path)?.givenLabels(LabelQuery()) == wanted)
        try runSQL("DROP TABLE withdrawal; DROP TABLE feedback", on: path)
        let old = try #require(try Journal.reader(path: path))
        #expect(try old.givenLabels(LabelQuery()).map(\.number) == [1, 2, 3, 4, 5, 8])
        #expect(try old.numberedLabels(after: 0).labels.count == 6 && old.check().isEmpty)
    }

    @Test(arguments: [
        ("UPDATE withdrawal SET time = 9 WHERE sequence = 6", "withdrawal 6"),
        ("UPDATE withdrawal SET meter = 'b' WHERE sequence = 7", "withdrawal 7"),
        ("UPDATE withdrawal SET checksum = 0 WHERE sequence = 6", "withdrawal 6"),
        ("UPDATE feedback SET author = 'bo' WHERE first = 2", "feedback 2"),
        ("UPDATE feedback SET repair = NULL WHERE first = 2", "feedback 2"),
        ("UPDATE feedback SET last = 2 WHERE first = 6", "feedback 6"),
        ("UPDATE feedback SET given = 0 WHERE first = 5", "feedback 5"),
    ]) func alteredRowsAreFound(sql: String, row: String) throws {
        let journal = try filled()
        #expect(try journal.check().isEmpty && journal.alteredRows.isEmpty)
        try runSQL(sql, on: path)
        #expect(try journal.check().isEmpty && journal.alteredRows == [row])
        // Such a row decides nothing.
        guard row.hasPrefix("withdrawal") else { return }
        #expect(try journal.numberedLabels(after: 0).labels.count == 7)
        #expect(try journal.givenLabels(LabelQuery()).filter { $0.end == nil }.count >= 2)
    }

    /// Withdrawals that a generation should contain and does not.
    @Test func aGenerationOfAnOlderProgramLacksThem() throws {
        let journal = try filled()
        func missing(labels: Int64, withdrawals: Int?) throws -> [Int64] {
            let position = JournalPosition(labels: labels, readings: 0)
            var manifest = Manifest(generation: 1, channels: ["a"], journal: position)
            manifest.withdrawals = withdrawals
            return try journal.withdrawalsMissing(in: manifest).map(\.number)
        }
        #expect(try missing(labels: 5, withdrawals: nil) == [])
        #expect(try missing(labels: 7, withdrawals: nil) == [6, 7])
        #expect(try missing(labels: 7, withdrawals: 2) == [])
        // The reading was labelled again.
        #expect(try missing(labels: 8, withdrawals: nil) == [6])
    }
}
