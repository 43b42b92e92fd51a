import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

/// A label counts from the next query on.
@Suite struct LabellingTests {
    /// An open index with a reading far above anything its meter ever had.
    private struct Strange {
        let index: TestIndex
        let live: LiveIndex
        let meter: Name
        let time: Timestamp
        let values: [Double]

        init() async throws {
            index = try await TestIndex.copy()
            live = try LiveIndex(index.folder)
            let history = index.later[1]
            meter = history.meter
            time = history.times[12]
            values = [12 * (index.built[1].values.filter(\.isFinite).max() ?? 1)]
            for reading in 0..<12 {
                _ = try live.push(meter, at: history.times[reading], values: history.row(reading))
            }
        }

        func ask(_ live: LiveIndex? = nil) throws -> Assessment {
            try #require(
                try (live ?? self.live).query(meter, at: time, values: values).content.assessment
            )
        }
    }

    @Test func anAnomalyIsRecognisedFromTheNextQueryOn() async throws {
        let strange = try await Strange()
        let before = try #require(
            try strange.live.push(strange.meter, at: strange.time, values: strange.values).content
                .assessment
        )
        #expect(before.score > 1 && before.kind != "theft")
        let labelled = try strange.live.label(strange.meter, at: strange.time, as: .anomalous(kind: "theft"))
        #expect(labelled.counts == true && labelled.labels == 1)
        let after = try strange.ask()
        #expect(after.verdict == .anomalous && after.kind == "theft" && after.score > before.score)
        #expect(after.anomalousDistance == 0 && after.normalDistance == before.normalDistance)
        let nearest = try #require(after.neighbours.first)
        #expect(nearest.distance == 0 && nearest.label == .anomalous(kind: "theft"))
        #expect(nearest.meter == strange.meter && nearest.time == strange.time)
        #expect(strange.live.counters.labels == 1 && strange.live.labelsGiven == 1)
        // The label is durable, with the readings that waited before it.
        #expect(strange.live.counters.pendingReadings == 0)
        #expect(try strange.ask(LiveIndex(strange.index.folder)) == after)
    }

    @Test func aFalseAlarmThatIsLabelledNormalIsNoneAnyMore() async throws {
        let strange = try await Strange()
        _ = try strange.live.push(strange.meter, at: strange.time, values: strange.values)
        let before = try strange.ask()
        _ = try strange.live.label(strange.meter, at: strange.time, as: .normal)
        let after = try strange.ask()
        #expect(before.score > 1 && after.score < 1 && after.verdict == .normal)
        #expect(after.normalDistance == 0 && after.anomalousDistance == before.anomalousDistance)
        #expect(try strange.ask(LiveIndex(strange.index.folder)) == after)
    }

    @Test func theLatestLabelCounts() async throws {
        let strange = try await Strange()
        _ = try strange.live.push(strange.meter, at: strange.time, values: strange.values)
        var answers: [Assessment] = []
        for (count, label) in [Label.normal, .anomalous(kind: "a"), .normal, .anomalous(kind: "b")]
            .enumerated()
        {
            let given = try strange.live.label(strange.meter, at: strange.time, as: label)
            #expect(given.labels == count + 1 && strange.live.counters.labels == 1)
            answers.append(try strange.ask())
        }
        #expect(answers[0] == answers[2] && answers[0].verdict == .normal)
        #expect(answers[1].kind == "a" && answers[3].kind == "b" && answers[1].score == answers[3].score)
        #expect(try strange.ask(LiveIndex(strange.index.folder)) == answers[3])
    }

    /// Labelling one meter's window as normal changes nothing for other meters.
    @Test func aNormalLabelIsForItsOwnMeter() async throws {
        let strange = try await Strange()
        let other = strange.index.later[0]
        func ask() throws -> Judgement {
            try strange.live.query(other.meter, at: other.times[0], values: [1e6])
        }
        let before = try ask()
        _ = try strange.live.push(strange.meter, at: strange.time, values: strange.values)
        _ = try strange.live.label(strange.meter, at: strange.time, as: .normal)
        #expect(try ask() == before)
    }

    @Test(arguments: [Bank.normal, .anomalous]) func aBanksOwnRowIsOverruled(bank: Bank) async throws {
        let index = try await TestIndex.copy()
        let catalog = try index.catalog()
        let windows = try catalog.windows(of: bank)
        let window = windows[windows.count / 2]
        let meter = index.built[window.meter].meter
        let time = Timestamp(milliseconds: window.time)
        let values = try #require(try catalog.reading(meter: window.meter, at: window.time)).values
        let live = try LiveIndex(index.folder)
        func itself() throws -> [Neighbour] {
            let answer = try live.query(
                meter,
                at: time,
                values: values,
                options: QueryOptions(neighbours: 50)
            )
            let found = try #require(answer.content.assessment)
            return found.neighbours.filter { $0.meter == meter && $0.time == time }
        }
        func isAnomalous(_ neighbour: Neighbour) -> Bool {
            if case .anomalous = neighbour.label { true } else { false }
        }
        let before = try itself()
        #expect(before.count == 1 && before.allSatisfy { isAnomalous($0) == (bank == .anomalous) })
        #expect(before.allSatisfy { $0.distance < 0.01 })
        let other: Label = bank == .anomalous ? .normal : .anomalous(kind: "new")
        _ = try live.label(meter, at: time, as: other)
        let after = try itself()
        #expect(after.count == 1 && after.allSatisfy { $0.label == other && $0.distance == 0 })
        let reopened = try LiveIndex(index.folder)
        let again = try reopened.query(meter, at: time, values: values, options: QueryOptions(neighbours: 50))
        #expect(
            try #require(again.content.assessment).neighbours.count {
                $0.time == time && $0.meter == meter
            } == 1
        )
    }

    @Test func anotherProcessesLabelsAreNoticed() async throws {
        let strange = try await Strange()
        _ = try strange.live.push(strange.meter, at: strange.time, values: strange.values)
        try strange.live.flush()
        let before = try strange.ask()
        let other = try LiveIndex(strange.index.folder)
        _ = try other.label(strange.meter, at: strange.time, as: .anomalous(kind: "theft"))
        #expect(try strange.ask() == before)
        try strange.live.noticeLabels()
        #expect(try strange.ask() == strange.ask(other) && strange.ask().kind == "theft")
        // One more label by this process, and one more by the other: both count.
        let own = strange.index.built[0]
        let at = own.times[own.count - 1]
        _ = try other.label(own.meter, at: at, as: .anomalous(kind: nil))
        _ = try strange.live.label(own.meter, at: own.times[own.count - 2], as: .anomalous(kind: nil))
        try strange.live.noticeLabels()
        #expect(strange.live.counters.labels == 3 && strange.live.labelsGiven == 3)
    }

    @Test func aLabelOfAReadingTooEarlyToJudgeWaitsForTheRebuild() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let history = index.later[0]
        _ = try live.push("new", at: history.times[0], values: [1])
        let labelled = try live.label("new", at: history.times[0], as: .anomalous(kind: nil))
        #expect(labelled.counts == false && labelled.labels == 1 && live.counters.labels == 0)
    }
}
