import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

/// Labels of several readings: all of them at once, or none.
@Suite struct RangeLabelTests {
    private let index: TestIndex
    private let live: LiveIndex
    private let history: MeterHistory
    private let given = Timestamp(milliseconds: 1_700_000_000_000)

    init() async throws {
        index = try await TestIndex.copy()
        live = try LiveIndex(index.folder)
        history = index.later[1]
        for reading in 0..<40 {
            _ = try live.push(history.meter, at: history.times[reading], values: history.row(reading))
        }
    }

    private func answers(_ live: LiveIndex) throws -> [Judgement] {
        try stride(from: 0, to: 40, by: 3).map { reading in
            try live.query(
                history.meter,
                at: history.times[reading],
                values: history.row(reading).map { $0 * 2 }
            )
        }
    }

    private func range(_ first: Int, _ last: Int) -> ReadingChoice {
        ReadingChoice([.range(history.times[first], through: history.times[last])])
    }

    private func code(_ body: () throws -> Void) -> ErrorCode? {
        #expect(throws: RequestError.self) { try body() }?.code
    }

    /// Both ends are included; readings that are not on the disk yet are, too.
    @Test func aRangeIsItsReadings() async throws {
        #expect(live.counters.pendingReadings == 40)
        let theft = Label.anomalous(kind: "theft")
        let labelled = try live.label(history.meter, range(10, 15), as: theft, given: given)
        #expect(
            labelled == Labelled(history.times[10]...history.times[15], readings: 6, counting: 6, labels: 6)
        )
        #expect(live.counters.labels == 6 && live.labelsGiven == 6 && live.counters.pendingReadings == 0)
        // As if they had been given one by one, and after the next opening.
        let other = try await TestIndex.copy()
        let single = try LiveIndex(other.folder)
        for reading in 0..<40 {
            _ = try single.push(history.meter, at: history.times[reading], values: history.row(reading))
        }
        let before = try answers(single)
        for reading in 10...15 { _ = try single.label(history.meter, at: history.times[reading], as: theft) }
        #expect(try answers(live) == answers(single) && answers(live) != before)
        #expect(try answers(LiveIndex(index.folder)) == answers(live))
    }

    /// The ends need not be readings; a reading that is meant twice is labelled once.
    @Test func severalPartsAreLabelledTogether() throws {
        func between(_ reading: Int, _ minutes: Int64) -> Timestamp {
            Timestamp(milliseconds: history.times[reading].milliseconds + minutes * 60_000)
        }
        let choice = ReadingChoice([
            .range(between(4, 30), through: between(6, 30)), .reading(history.times[2]),
            .range(history.times[6], through: history.times[8]), .reading(history.times[8]),
        ])
        let labelled = try live.label(history.meter, choice, as: .normal, given: given)
        #expect(
            labelled == Labelled(history.times[2]...history.times[8], readings: 5, counting: 5, labels: 5)
        )
        let query = LabelQuery()
        #expect(try live.labels(query).map(\.entry.time) == [2, 5, 6, 7, 8].map { history.times[$0] })
    }

    @Test func theLastLabelCountsAndTheOthersAreCounted() throws {
        _ = try live.label(history.meter, at: history.times[12], as: .anomalous(kind: "theft"))
        _ = try live.label(history.meter, at: history.times[13], as: .normal)
        let labelled = try live.label(history.meter, range(10, 20), as: .normal, given: given)
        #expect(labelled.readings == 11 && labelled.replaced == 1 && labelled.labels == 13)
        #expect(try live.label(history.meter, range(10, 20), as: .normal, given: given).replaced == 0)
        #expect(live.counters.labels == 11)
        let again = try live.label(
            history.meter,
            range(20, 22),
            as: .anomalous(kind: "dip"),
            given: given
        )
        #expect(again.replaced == 1)
    }

    @Test func whatIsNotPossibleIsRefusedWhole() throws {
        let (meter, times) = (history.meter, history.times)
        func label(_ meter: Name, _ parts: [ReadingChoice.Part]) throws {
            _ = try live.label(meter, ReadingChoice(parts), as: .normal, given: given)
        }
        let gap = Timestamp(milliseconds: times[3].milliseconds + 60_000)
        let end = Timestamp(milliseconds: times[3].milliseconds + 120_000)
        #expect(code { try label(meter, [.range(times[9], through: times[8])]) } == .badRequest)
        #expect(code { try label(meter, [.range(gap, through: end)]) } == .noReading)
        #expect(code { try label("nobody", [.range(times[1], through: times[8])]) } == .unknownMeter)
        // One part that is wrong keeps the others from being labelled.
        #expect(code { try label(meter, [.reading(times[1]), .reading(gap)]) } == .noReading)
        let wide = ReadingChoice.Part.range(times[1], through: times[8])
        #expect(code { try label(meter, [wide, .range(gap, through: end)]) } == .noReading)
        #expect(live.labelsGiven == 0 && live.counters.labels == 0)
        // So does a failure of the disk.
        let trigger =
            "CREATE TRIGGER t AFTER INSERT ON label WHEN NEW.time = \(times[5].milliseconds) "
            + "BEGIN SELECT raise(ABORT, 'no'); END"
        try runSQL(trigger, on: index.folder.journalPath)
        #expect(code { try label(meter, [wide]) } == .unavailable)
        try runSQL("DROP TRIGGER t", on: index.folder.journalPath)
        #expect(try Journal(path: index.folder.journalPath).position().labels == 0)
        try label(meter, [wide])
        #expect(live.labelsGiven == 8)
    }

    /// The sentence says where the first part may end.
    @Test func aRangeOfTooManyReadingsIsRefusedWithWhatToDo() throws {
        let count = RequestLimit.labelled + 3
        let dense = (0..<count).map {
            Reading(meter: "dense", time: Timestamp(milliseconds: Int64($0) * 1_000), values: [1])
        }
        let journal = try Journal(path: index.folder.journalPath)
        try journal.append(readings: dense)
        let all = ReadingChoice([.range(dense[0].time, through: dense[count - 1].time)])
        let error = #expect(throws: RequestError.self) {
            _ = try live.label("dense", all, as: .normal, given: given)
        }
        let last = dense[RequestLimit.labelled - 1].time
        #expect(error?.code == .limit && error?.sentence.hasSuffix("end at \(last)") == true, "\(error)")
        let part = ReadingChoice([.range(dense[0].time, through: last)])
        #expect(try live.label("dense", part, as: .normal, given: given).readings == RequestLimit.labelled)
    }
}
