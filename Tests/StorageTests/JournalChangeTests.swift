import Incidents
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Verdicts

@Suite("Changes of incidents in the journal")
struct JournalChangeTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("journal.sqlite")
    }

    private func time(_ hour: Int) -> Timestamp { Timestamp(milliseconds: Int64(hour) * 3_600_000) }

    private func append(_ meter: Name, _ hour: Int, _ score: Double, to journal: Journal) throws {
        let judgement = KeptJudgement(
            meter: meter,
            time: time(hour),
            look: .first,
            generation: 1,
            verdict: score < 1 ? .normal : .novel,
            score: score,
            p: 0.5,
            kind: nil
        )
        try journal.append(
            readings: [Reading(meter: meter, time: time(hour), values: [1])],
            judgements: [judgement],
            quiet: { _ in 6 * 3_600_000 }
        )
    }

    @Test(
        "From any point on, the changes are what is other than it was, each incident once",
        arguments: 0..<20
    )
    func asCompared(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var journal = try Journal(path: path)
        /// The incidents as they were when a change was the last one.
        var seen: [(number: Int64, incidents: [Int64: Incident])] = [(0, [:])]
        for hour in 0..<150 {
            for meter in ["a", "b", "c"] as [Name] where random.next() % 4 != 0 {
                let isAlarm = random.next() % 6 == 0
                try append(meter, hour, isAlarm ? 1 + Double(random.next() % 50) / 10 : 0.3, to: journal)
            }
            let all = try journal.incidents(IncidentQuery())
            if let incident = all.randomElement(using: &random), random.next() % 5 == 0 {
                _ = try journal.mark(incident.id, IncidentMark(.acknowledge, at: time(hour), note: "\(hour)"))
            }
            if random.next() % 20 == 0 {
                try journal.close()
                journal = try Journal(path: path)
            }
            let now = Dictionary(
                uniqueKeysWithValues: try journal.incidents(IncidentQuery()).map { ($0.id, $0) }
            )
            for point in seen.shuffled(using: &random).prefix(3) {
                let changes = try journal.incidentChanges(after: point.number, limit: .max)
                #expect(changes.map(\.number) == changes.map(\.number).sorted())
                let differing = now.values.filter { point.incidents[$0.id] != $0 }.map(\.id)
                #expect(changes.map(\.id).sorted() == differing.sorted(), "hour \(hour)")
                for change in changes { #expect(change.incident == now[change.id]) }
                #expect(try journal.countOfChanges(after: point.number) == changes.count)
                let first = try journal.incidentChanges(after: point.number, limit: 2)
                #expect(first == Array(changes.prefix(2)))
            }
            if let last = try journal.incidentChanges(after: 0, limit: .max).last {
                seen.append((last.number, now))
            }
        }
        #expect(try journal.countOfChanges(after: 0) == journal.incidents(IncidentQuery()).count)
        #expect(try journal.check().isEmpty && journal.alteredRows.isEmpty)
    }

    @Test("A new sink begins at now, and a known one where it was")
    func sinks() throws {
        var journal = try Journal(path: path)
        #expect(try journal.beginSink("first") == 0)
        try append("a", 0, 2, to: journal)
        try append("b", 0, 2, to: journal)
        #expect(try journal.beginSink("first") == 0)
        #expect(try journal.beginSink("second") == 2)
        try journal.keep(sink: "first", delivered: 1, patience: .seconds(1))
        try append("a", 1, 3, to: journal)
        // Labels must be as safe as before.
        #expect(try journal.synchronousLevel() == 2)
        try journal.close()
        journal = try Journal(path: path)
        #expect(try journal.beginSink("first") == 1)
        #expect(try journal.incidentChanges(after: 1, limit: 9).map(\.number) == [2, 3])
        #expect(try journal.incidentChanges(after: 1, limit: 9).map(\.id) == [2, 1])
        #expect(try journal.beginSink("second") == 2)
        #expect(try journal.beginSink("third") == 3)
    }

    @Test("Altered rows are told; a sink's position that was altered leaves nothing out")
    func altered() throws {
        var journal = try Journal(path: path)
        for meter in ["a", "b", "c"] as [Name] { try append(meter, 0, 2, to: journal) }
        _ = try journal.beginSink("late")
        try journal.close()
        try runSQL("UPDATE incident_change SET time = time + 1 WHERE incident = 1", on: path)
        try runSQL("UPDATE incident SET score = score + 1 WHERE id = 2", on: path)
        try runSQL("UPDATE sink SET delivered = 9", on: path)
        journal = try Journal(path: path)
        #expect(try journal.beginSink("late") == 0)
        let changes = try journal.incidentChanges(after: 0, limit: 9)
        #expect(changes.map { $0.incident != nil } == [false, false, true])
        #expect(try journal.check().isEmpty)
        #expect(journal.alteredRows == ["change 1", "incident 2", "sink late"])
    }
}
