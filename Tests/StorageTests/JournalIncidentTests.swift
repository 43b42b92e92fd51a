import Incidents
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Verdicts

@Suite("Incidents in the journal")
struct JournalIncidentTests {
    private let folder: TemporaryFolder
    private let path: String
    private let quiet: Int64 = 6 * 3_600_000

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("journal.sqlite")
    }

    private func time(_ hour: Int) -> Timestamp { Timestamp(milliseconds: Int64(hour) * 3_600_000) }

    private func judgement(
        _ meter: Name,
        _ hour: Int,
        _ score: Double,
        _ look: KeptJudgement.Look = .first,
        departure: [Float]? = nil
    ) -> KeptJudgement {
        KeptJudgement(
            meter: meter,
            time: time(hour),
            look: look,
            generation: 1,
            verdict: score < 1 ? .normal : .novel,
            score: score,
            p: 0.5,
            kind: nil,
            departure: departure.map { Departure(generation: 1, values: $0) }
        )
    }

    private func append(_ judgements: [KeptJudgement], to journal: Journal) throws {
        let readings = judgements.filter { $0.look == .first }.map {
            Reading(meter: $0.meter, time: $0.time, values: [1])
        }
        try journal.append(readings: readings, judgements: judgements, quiet: { _ in quiet })
    }

    /// The incidents of a meter that are not withdrawn.
    private func counting(_ journal: Journal, _ meter: Name) throws -> [Incident] {
        var query = IncidentQuery()
        query.meter = meter
        return try journal.incidents(query).filter { !$0.isWithdrawn }.sorted { $0.start < $1.start }
    }

    @Test(
        "Whatever the order and the batches, the incidents are the runs of all judgements",
        arguments: 0..<40
    )
    func asMadeAtOnce(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var journal = try Journal(path: path)
        let meters: [Name] = ["a", "b", "c"]
        var all: [KeptJudgement] = []
        var waiting: [KeptJudgement] = []
        var newest: [Name: Timestamp] = [:]
        var opened: Set<Int64> = []
        for hour in 0..<240 {
            for meter in meters where random.next() % 5 != 0 {
                let isAlarm = random.next() % (hour / 40 % 2 == 0 ? 12 : 3) == 0
                waiting.append(judgement(meter, hour, isAlarm ? 1 + Double(random.next() % 50) / 10 : 0.3))
                let earlier = all.filter {
                    $0.meter == meter && $0.look == .first && $0.time == time(hour - 9)
                }
                for first in earlier {
                    let changes = random.next() % 4 == 0
                    let score = changes != (first.score > 1) ? 1 + Double(random.next() % 50) / 10 : 0.4
                    waiting.append(judgement(meter, hour - 9, score, .second))
                }
            }
            guard random.next() % 3 == 0 || hour == 239 else { continue }
            // One in eight comes with the next batch, as if its thread were slower.
            let (late, now) =
                hour == 239
                ? ([], waiting)
                : (waiting.filter { _ in random.next() % 8 == 0 }, waiting)
            let kept = now.filter { !late.contains($0) }
            try append(kept.shuffled(using: &random), to: journal)
            all += kept
            waiting = late
            if random.next() % 6 == 0 {
                try journal.close()
                journal = try Journal(path: path)
            }
            for meter in meters {
                newest[meter] = all.filter { $0.meter == meter }.map(\.time).max()
                let its = all.filter { $0.meter == meter }.sorted {
                    ($0.time.milliseconds, $0.look.rawValue) < ($1.time.milliseconds, $1.look.rawValue)
                }
                let runs = AlarmRuns.runs(of: its, quiet: quiet)
                let found = try counting(journal, meter)
                #expect(found.map(\.run) == runs, "hour \(hour)")
                for incident in found.dropLast() { #expect(!incident.isOpen) }
                if let last = found.last, let newest = newest[meter] {
                    let isOver = newest.milliseconds - last.run.latest.milliseconds > quiet
                    #expect(last.isOpen == !isOver, "hour \(hour), \(last)")
                }
                opened.formUnion(found.map(\.id))
            }
        }
        #expect(opened.count > 10)
        #expect(try journal.check().isEmpty && journal.alteredRows.isEmpty)
    }

    @Test("A number stays an incident's over a restart, and marks stay with it")
    func marks() throws {
        var journal = try Journal(path: path)
        try append([judgement("a", 0, 2), judgement("b", 0, 2), judgement("a", 1, 3)], to: journal)
        let now = time(50)
        let noted = IncidentMark(.acknowledge, at: now, author: "Kim", note: "a fuse")
        #expect(try journal.mark(1, noted)?.mark == noted)
        #expect(try journal.mark(9, noted) == nil)
        try journal.close()
        journal = try Journal(path: path)
        #expect(try counting(journal, "a").map(\.mark) == [noted])
        let id = try counting(journal, "b")[0].id
        _ = try journal.mark(id, IncidentMark(.snooze(until: time(60)), at: now))
        #expect(try counting(journal, "b")[0].state(at: now) == .snoozed)
        _ = try journal.mark(id, IncidentMark(.resolve, at: now))
        try append([judgement("b", 3, 4)], to: journal)
        let incident = try counting(journal, "b")[0]
        #expect(incident.id == id && incident.run.alarms == 2 && incident.state(at: now) == .resolved)
        try append([judgement("b", 12, 4)], to: journal)
        #expect(try counting(journal, "b").map(\.id) == [id, 3])
        #expect(try counting(journal, "b").map(\.isOpen) == [false, true])
    }

    @Test("They are found by meter, time, state and number")
    func queries() throws {
        let journal = try Journal(path: path)
        for hour in [0, 20, 40] {
            try append([judgement("a", hour, 2), judgement("b", hour + 1, 2)], to: journal)
        }
        func found(_ change: (inout IncidentQuery) -> Void) throws -> [Int64] {
            var query = IncidentQuery()
            change(&query)
            return try journal.incidents(query).map(\.id)
        }
        #expect(try found { _ in } == Array(1...6))
        #expect(try found { $0.meter = "a" }.count == 3)
        #expect(try found { $0.isOpen = true }.count == 2)
        #expect(try found { ($0.from, $0.before) = (time(20), time(40)) }.count == 2)
        #expect(try found { ($0.after, $0.limit) = (2, 3) } == [3, 4, 5])
    }

    @Test("An alarm of the second look alone is withdrawn when the reading is judged once more")
    func judgedAgain() throws {
        let journal = try Journal(path: path)
        try append((0..<5).map { judgement("a", $0, 0.3) }, to: journal)
        try append([judgement("a", 2, 3, .second)], to: journal)
        #expect(try counting(journal, "a").map(\.run.start) == [time(2)])
        try append([judgement("a", 2, 0.2, .second)], to: journal)
        #expect(try counting(journal, "a").isEmpty)
    }

    @Test("Spans that are to be judged again are kept until they are replaced; an altered one is told")
    func changedSpans() throws {
        let journal = try Journal(path: path)
        let spans = ["a", "b"].map { ChangedSpan($0, from: time(1), through: time(3)) }
        try journal.append(changed: spans)
        try append([judgement("a", 0, 2)], to: journal)
        #expect(try journal.changedSpans() == spans)
        try journal.append(changed: [spans[1]])
        #expect(try journal.changedSpans() == [spans[1]])
        try runSQL("UPDATE changed_span SET last = last + 1", on: path)
        #expect(try journal.check().isEmpty)
        #expect(journal.alteredRows == ["span of `b` that is to be judged again"])
    }

    @Test("One that was altered is left out, and told; so is an altered mark")
    func altered() throws {
        let journal = try Journal(path: path)
        try append([judgement("a", 0, 2), judgement("b", 0, 2)], to: journal)
        for id in [1, 2] as [Int64] { _ = try journal.mark(id, IncidentMark(.resolve, at: time(5))) }
        try journal.close()
        try runSQL("UPDATE incident SET score = score + 1 WHERE id = 1", on: path)
        try runSQL("UPDATE incident_mark SET act = 1 WHERE incident = 2", on: path)
        let reader = try #require(try Journal.reader(path: path))
        #expect(try reader.incidents(IncidentQuery()).map(\.id) == [2])
        #expect(try reader.check().isEmpty)
        #expect(reader.alteredRows == ["incident 1", "mark 2 of incident 2"])
    }

    @Test("Those of several meters that begin together and alike are one event, with the first one's number")
    func events() throws {
        var journal = try Journal(path: path)
        let (sag, surge): ([Float], [Float]) = ([1, 0], [0, 1])
        try append([judgement("a", 0, 2, departure: sag)], to: journal)
        #expect(try journal.incidents(IncidentQuery()).map(\.event) == [nil])
        try append(
            [
                judgement("b", 1, 2, departure: surge), judgement("c", 0, 2, departure: [0.9, 0.1]),
                judgement("d", 1, 2, departure: [0.1, 0.9]), judgement("e", 0, 2),
            ],
            to: journal
        )
        try journal.close()
        journal = try Journal(path: path)
        try append([judgement("f", 0, 2, departure: [1, -0.1])], to: journal)
        // Too late.
        try append([judgement("g", 1, 2, departure: sag)], to: journal)
        let found = try journal.incidents(IncidentQuery())
        let events = Dictionary(uniqueKeysWithValues: found.map { ($0.meter, $0.event) })
        #expect(events == ["a": 1, "b": 2, "c": 1, "d": 2, "e": nil, "f": 1, "g": nil])
        var query = IncidentQuery()
        query.event = 1
        #expect(try journal.incidents(query).map(\.meter) == ["a", "c", "f"])
        #expect(try journal.check().isEmpty && journal.alteredRows.isEmpty)
        try journal.close()
        try runSQL("UPDATE departure SET generation = 2 WHERE incident = 3", on: path)
        try runSQL("UPDATE incident SET event = 2 WHERE id = 1", on: path)
        let reader = try #require(try Journal.reader(path: path))
        #expect(try reader.check().isEmpty)
        #expect(reader.alteredRows == ["departure of incident 3", "incident 1"])
    }
}
