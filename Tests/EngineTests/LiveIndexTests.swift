import Detection
import Engine
import Foundation
import Grid
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

/// A reading has the same judgement, whichever way it came.
@Suite struct LiveIndexTests {
    private let options = QueryOptions(neighbours: 3)

    /// The later readings of all meters, and of one that is new to the index.
    private func later(_ index: TestIndex) -> [MeterHistory] {
        let stranger = GridSimulator(meters: 8, days: 20, seed: 8).history(ofMeter: 7)
        return index.later + [stranger.slice(0..<stranger.count, meter: "stranger")]
    }

    private func push(_ live: LiveIndex, _ history: MeterHistory, _ reading: Int) throws -> Judgement {
        try live.push(
            history.meter,
            at: history.times[reading],
            values: history.row(reading),
            options: options
        )
    }

    private func query(_ live: LiveIndex, _ history: MeterHistory, _ reading: Int) throws -> Judgement {
        try live.query(
            history.meter,
            at: history.times[reading],
            values: history.row(reading),
            options: options
        )
    }

    @Test func queryPushAndFileAgreeToTheBit() async throws {
        let index = try await TestIndex.copy()
        let histories = later(index)
        var scored: [ScoredReading] = []
        let closed = try LiveIndex(index.folder, readonly: true)
        try await BatchScorer(closed).score(histories) { scored += $0 }
        try #require(scored.count == histories.reduce(0) { $0 + $1.count })
        let live = try LiveIndex(index.folder)
        var place = 0
        var judged = 0
        for history in histories {
            for reading in 0..<history.count {
                // A meter without readings cannot be asked about.
                let isUnknown = history.meter == "stranger" && reading == 0
                let asked = isUnknown ? nil : try query(live, history, reading)
                let pushed = try push(live, history, reading)
                if let asked { try #require(asked == pushed) }
                let row = scored[place]
                try #require(row.meter == history.meter && row.time == history.times[reading])
                try #require(row.content.figures == pushed.content.figures, "\(row.meter) \(row.time)")
                if row.assessment != nil { judged += 1 }
                place += 1
            }
        }
        // All but the new meter's first two days, and the readings without a value.
        #expect(judged > scored.count - 48 - 30)
        #expect(live.counters.pushes == scored.count)
    }

    @Test func answersAreTheSameAfterReopening() async throws {
        let index = try await TestIndex.copy()
        let histories = later(index)
        let live = try LiveIndex(index.folder)
        var answers: [[Judgement]] = []
        for history in histories {
            answers.append(try (0..<history.count).map { try push(live, history, $0) })
        }
        func expectSame(_ live: LiveIndex, _ when: String) throws {
            for (history, answers) in zip(histories, answers) {
                for reading in stride(from: 1, to: history.count, by: 11) {
                    let again = try query(live, history, reading)
                    try #require(
                        again == answers[reading],
                        "\(when): \(history.meter) \(history.times[reading])"
                    )
                }
            }
        }
        try expectSame(live, "from memory")
        #expect(live.counters.pendingReadings == histories.reduce(0) { $0 + $1.count })
        try live.flush()
        #expect(live.counters.pendingReadings == 0)
        try expectSame(live, "from the journal")
        try expectSame(try LiveIndex(index.folder), "after reopening")
    }

    @Test func aMeterGoesOnAfterReopeningAsIfNothingHadHappened() async throws {
        let index = try await TestIndex.copy()
        let other = try await TestIndex.copy()
        let histories = later(index)
        let unbroken = try LiveIndex(other.folder)
        for history in histories {
            let half = history.count / 2
            let before = try LiveIndex(index.folder)
            for reading in 0..<half {
                _ = try push(unbroken, history, reading)
                _ = try push(before, history, reading)
            }
            try before.flush()
            let after = try LiveIndex(index.folder)
            for reading in half..<history.count {
                let first = try push(unbroken, history, reading)
                let second = try push(after, history, reading)
                try #require(first == second)
            }
            try after.flush()
        }
    }

    @Test func aQueryLeavesNoTrace() async throws {
        let index = try await TestIndex.copy()
        let history = index.later[1]
        let live = try LiveIndex(index.folder)
        let first = try query(live, history, 0)
        for factor in 1...5 {
            _ = try live.query(history.meter, at: history.times[factor], values: [Double(factor) * 1e6])
        }
        #expect(try query(live, history, 0) == first)
        #expect(try push(live, history, 0) == first)
        #expect(live.counters.pushes == 1)
    }

    @Test func aWindowBroughtAlongIsJudgedLikeAHeldOne() async throws {
        let index = try await TestIndex.copy()
        let history = index.built[0]
        // Consecutive readings without gaps or missing values, as long as a window.
        let length = 400
        let start = try #require(
            (0..<history.count - length).first { start in
                let span = history.times[start + length - 1].milliseconds - history.times[start].milliseconds
                return span == Int64(length - 1) * 3_600_000
            }
        )
        let live = try LiveIndex(index.folder)
        let end = start + length - 1
        let rows = (start...end).map(history.row)
        let held = try query(live, history, end)
        let brought = try live.query(history.meter, end: history.times[end], rows: rows, options: options)
        #expect(held == brought)
        // Another name is judged by what is typical of the rows themselves.
        let unknown = try live.query("unknown", end: history.times[end], rows: rows, options: options)
        #expect(unknown.content.assessment != nil)
        let short = try live.query("unknown", end: history.times[end], rows: Array(rows.prefix(10)))
        #expect(short.content == .warming(missing: 38))
    }

    @Test func manyMayAskAndPushAtOnce() async throws {
        let index = try await TestIndex.copy()
        let other = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let alone = try LiveIndex(other.folder)
        let histories = later(index)
        let wanted = try histories.map { history in
            try (0..<100).map { try push(alone, history, $0) }
        }
        let found = try await withThrowingTaskGroup(of: (Int, [Judgement]).self) { group in
            for (number, history) in histories.enumerated() {
                group.addTask {
                    let options = QueryOptions(neighbours: 3)
                    return (
                        number,
                        try (0..<100).map { reading in
                            if reading % 10 == 9 { try live.flush() }
                            return try live.push(
                                history.meter,
                                at: history.times[reading],
                                values: history.row(reading),
                                options: options
                            )
                        }
                    )
                }
            }
            var found = [[Judgement]](repeating: [], count: histories.count)
            for try await (number, answers) in group { found[number] = answers }
            return found
        }
        #expect(found == wanted)
        try live.flush()
        let again = try LiveIndex(index.folder)
        #expect(try again.holdings().meters == 6)
        for history in histories {
            let error = #expect(throws: RequestError.self) { try push(again, history, 99) }
            #expect(error?.code == .repeated)
        }
    }

    /// Whether it waits, is written, or both; and after a restart.
    @Test func aNewMeterIsCountedOnce() async throws {
        let index = try await TestIndex.copy()
        var live = try LiveIndex(index.folder)
        let (count, history) = (try live.holdings().meters, index.later[0])
        for (step, meter) in ["new", "new", "other", "new", "other"].enumerated() {
            _ = try live.push(Name(meter), at: history.times[step], values: history.row(step))
            let wanted = count + (step < 2 ? 1 : 2)
            #expect(try live.holdings().meters == wanted, "waiting, step \(step)")
            if step != 2 { try live.flush() }
            #expect(try live.holdings().meters == wanted, "written, step \(step)")
        }
        live = try LiveIndex(index.folder)
        #expect(try live.holdings().meters == count + 2)
    }

    @Test func aReadonlyIndexMakesNoJournal() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder, readonly: true)
        _ = try query(live, index.later[0], 0)
        #expect(!FileManager.default.fileExists(atPath: index.folder.journalPath))
    }
}
