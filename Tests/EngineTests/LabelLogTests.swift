import Engine
import Grid
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// Labels that come one by one, from any process, count as if all of them had been given before the start.
@Suite struct LabelLogTests {
    private let home: TemporaryFolder
    private let folder: IndexFolder
    private let built: [MeterHistory]
    private let later: [MeterHistory]

    init() async throws {
        let grid = GridSimulator(meters: 3, days: 45, seed: 7)
        let histories = (0..<3).map(grid.history).sorted { $0.meter < $1.meter }
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
        built = histories.map { $0.slice(0..<$0.count - 240) }
        try await folder.build(
            built,
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 86_400_000, command: "build test")
        )
        later = histories.map { $0.slice($0.count - 240..<$0.count) }
    }

    private func push(_ live: LiveIndex, _ meter: Int, _ reading: Int) throws -> Judgement {
        let history = later[meter]
        return try live.push(history.meter, at: history.times[reading], values: history.row(reading))
    }

    private func expectSame(_ live: LiveIndex, _ other: LiveIndex) throws {
        #expect(live.counters.labels == other.counters.labels && live.labelsGiven == other.labelsGiven)
        #expect(live.secondLookLabels == other.secondLookLabels)
        for history in later {
            for reading in stride(from: 1, to: 60, by: 7) {
                func ask(_ live: LiveIndex) throws -> Judgement {
                    try live.query(
                        history.meter,
                        at: history.times[reading],
                        values: history.row(reading).map { $0 * 3 }
                    )
                }
                #expect(try ask(live) == ask(other))
            }
        }
    }

    @Test func anotherProcessesLabelsCountAsAtAFreshOpening() throws {
        let live = try LiveIndex(folder)
        for meter in later.indices { for reading in 0..<60 { _ = try push(live, meter, reading) } }
        try live.flush()
        let journal = try Journal(path: folder.journalPath)
        func give(_ meter: Int, _ reading: Int, _ label: Label) throws {
            let time = later[meter].times[reading]
            try journal.append(labels: [LabelEntry(meter: later[meter].meter, time: time, label: label)])
        }
        // Some readings had their second look, one waits for it; one window is labelled three times.
        let steps: [(Int, Int, Label)] = [
            (0, 10, .anomalous(kind: "theft")), (1, 20, .normal), (0, 10, .normal),
            (2, 58, .anomalous(kind: nil)),
            (0, 10, .anomalous(kind: "fault")), (1, 21, .anomalous(kind: "theft")),
        ]
        for (number, step) in steps.enumerated() {
            try give(step.0, step.1, step.2)
            // Sometimes several at once, and one label of its own between them.
            if number != 3 { try live.noticeLabels() }
            if number == 1 { _ = try live.label(later[2].meter, at: later[2].times[5], as: .normal) }
            if number != 3 { try expectSame(live, LiveIndex(folder)) }
        }
        // A label of a reading that is not held does not count, and delays no other label.
        try give(1, 200, .normal)
        try give(1, 22, .anomalous(kind: "theft"))
        try live.noticeLabels()
        try expectSame(live, LiveIndex(folder))
        #expect(live.counters.labels == 6 && live.labelsGiven == 9)
        // The label that waited matures, with revisions that are the same.
        let fresh = try LiveIndex(folder)
        for reading in 60..<100 {
            for meter in later.indices {
                #expect(try push(live, meter, reading) == push(fresh, meter, reading))
            }
        }
        #expect(live.secondLookLabels == 6 && fresh.secondLookLabels == 6)
    }

    /// Labels given while readings mature and generations are swapped count for both looks in the end.
    @Test func labelsAmongPushesAndSwapsAreNotLost() async throws {
        try await folder.build(
            built.map { $0.slice(100..<$0.count) },
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 86_400_000, command: "build test")
        )
        let live = try LiveIndex(folder)
        for meter in later.indices { for reading in 0..<30 { _ = try push(live, meter, reading) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for meter in later.indices {
                group.addTask { for reading in 30..<120 { _ = try push(live, meter, reading) } }
            }
            group.addTask {
                for reading in 10..<30 {
                    for history in later {
                        let labelled = try live.label(
                            history.meter,
                            at: history.times[reading],
                            as: .anomalous(kind: "theft")
                        )
                        #expect(labelled.counts)
                    }
                    if reading % 4 == 0 {
                        try folder.makeCurrent(reading % 8 == 0 ? 1 : 2)
                        try live.reload()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(live.counters.labels == 60 && live.secondLookLabels == 60)
        try live.flush()
        try expectSame(live, LiveIndex(folder))
    }

    /// A label counts at once, while those that another process has written are still to be embedded.
    @Test func aLabelDoesNotWaitForThoseOfOthers() throws {
        let live = try LiveIndex(folder)
        let journal = try Journal(path: folder.journalPath)
        let others = built.flatMap { history in
            history.times.dropFirst(100).map { LabelEntry(meter: history.meter, time: $0, label: .normal) }
        }
        let (last, early) = (later[0], built[0].times[50])
        _ = try live.push(last.meter, at: last.times[0], values: last.row(0))
        try journal.append(labels: others)
        #expect(try live.label(last.meter, at: last.times[0], as: .anomalous(kind: "theft")).counts)
        #expect(live.counters.labels == 1)
        // The other process labels that window too, before this one does and after.
        try journal.append(labels: [LabelEntry(meter: last.meter, time: early, label: .normal)])
        #expect(try live.label(last.meter, at: early, as: .anomalous(kind: "fault")).counts)
        #expect(live.counters.labels == 2)
        try live.noticeLabels()
        #expect(live.counters.labels == others.count + 2)
        try expectSame(live, LiveIndex(folder))
        try journal.append(labels: [LabelEntry(meter: last.meter, time: last.times[0], label: .normal)])
        try live.noticeLabels()
        #expect(live.counters.labels == others.count + 2)
        try expectSame(live, LiveIndex(folder))
    }
}
