import Engine
import Foundation
import Grid
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// Concurrent pushes are judged, and reach the journal, as if they came one after the other.
@Suite struct ConcurrentPushTests {
    private static let hour: Int64 = 3_600_000

    private func push(_ live: LiveIndex, _ history: MeterHistory, _ reading: Int) throws -> Judgement {
        try live.push(
            history.meter,
            at: history.times[reading],
            values: history.row(reading),
            options: QueryOptions(neighbours: 3)
        )
    }

    /// An index with a second look, and later readings of its meters and of three new ones. The first meter
    /// comes back after a gap of 300 hours.
    private func indexWithGap() async throws -> (TemporaryFolder, IndexFolder, [MeterHistory]) {
        let grid = GridSimulator(meters: 4, days: 45, seed: 11)
        let histories = (0..<4).map(grid.history).sorted { $0.meter < $1.meter }
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        try await folder.build(
            histories.map { $0.slice(0..<$0.count - 160) },
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 24 * Self.hour, command: "build test")
        )
        var later = histories.map { $0.slice($0.count - 160..<$0.count) }
        var returning = MeterHistory(meter: later[0].meter, channelCount: 1)
        for index in 0..<later[0].count {
            let gap = index < 60 ? 0 : 300 * Self.hour
            let time = Timestamp(milliseconds: later[0].times[index].milliseconds + gap)
            returning.append(time: time, values: later[0].row(index), label: nil)
        }
        later[0] = returning
        let others = GridSimulator(meters: 8, days: 8, seed: 12)
        later += (5..<8).map { others.history(ofMeter: $0).slice(0..<160, meter: "new-\($0)") }
        return (home, folder, later)
    }

    /// - Parameter liveMeters: nil for room for all meters; 2 drops streams all the time.
    @Test(arguments: [nil, 2]) func aGapOfOneMeterChangesNothingForOthers(liveMeters: Int?) async throws {
        let (home, folder, later) = try await indexWithGap()
        let other = IndexFolder(folder.name, in: home.path + "/alone")
        try FileManager.default.createDirectory(
            atPath: home.path + "/alone",
            withIntermediateDirectories: true
        )
        try FileManager.default.copyItem(atPath: folder.path, toPath: other.path)
        let alone = try LiveIndex(other)
        let expected = try later.map { history in try (0..<160).map { try push(alone, history, $0) } }
        #expect(expected[0][60].revisions.count == 24, "the gap made a whole horizon due")

        let live = try LiveIndex(folder, liveMeters: liveMeters ?? LiveIndex.defaultLiveMeters)
        let found = try await withThrowingTaskGroup(of: (Int, [Judgement]).self) { group in
            for (number, history) in later.enumerated() {
                group.addTask {
                    (
                        number,
                        try (0..<160).map { reading in
                            if reading % 50 == 49 { try live.flush() }
                            return try push(live, history, reading)
                        }
                    )
                }
            }
            var found = [[Judgement]](repeating: [], count: later.count)
            for try await (number, answers) in group { found[number] = answers }
            return found
        }
        for (found, expected) in zip(found, expected) { #expect(found == expected) }
        try live.flush()
        #expect(live.counters.pushes == 7 * 160 && live.counters.pendingReadings == 0)
        let kept = Dictionary(
            grouping: try Journal(path: folder.journalPath).readings(after: .start),
            by: \.meter
        )
        for history in later { #expect(kept[history.meter]?.map(\.time) == history.times) }
    }

    /// Several tasks push the same meter; late readings are refused, and the others are in the journal in
    /// time order.
    @Test(arguments: [nil, 2]) func oneMetersReadingsKeepTheirOrder(liveMeters: Int?) async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder, liveMeters: liveMeters ?? LiveIndex.defaultLiveMeters)
        let taken = await withTaskGroup(of: [Reading].self) { group in
            for pusher in 0..<4 {
                group.addTask {
                    var taken: [Reading] = []
                    for reading in stride(from: pusher, to: 200, by: 4) {
                        for history in index.later where (try? push(live, history, reading)) != nil {
                            taken.append(
                                Reading(meter: history.meter, time: history.times[reading], values: [])
                            )
                        }
                        if reading % 20 == 0 { try? live.flush() }
                    }
                    return taken
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        try live.flush()
        let kept = try Journal(path: index.folder.journalPath).readings(after: .start)
        #expect(kept.count == live.counters.pushes)
        for (meter, readings) in Dictionary(grouping: kept, by: \.meter) {
            #expect(readings.map(\.time) == taken.filter { $0.meter == meter }.map(\.time).sorted())
        }
    }

    /// Each judgement is that of an index which serves only the generation that made it.
    @Test func swapsLoseNothingAndChangeNoAnswer() async throws {
        let index = try await TestIndex.copy()
        // The second generation is built from another history, so that its judgements differ.
        try await index.folder.build(index.built.map { $0.slice(200..<$0.count) }, channels: ["power_kw"])
        let live = try LiveIndex(index.folder)
        let found = try await withThrowingTaskGroup(of: [Judgement].self) { group in
            group.addTask {
                while live.counters.pushes < 5 * 150, !Task.isCancelled {
                    for generation in [1, 2] {
                        try index.folder.makeCurrent(generation)
                        try live.reload()
                    }
                }
                return []
            }
            for history in index.later {
                group.addTask {
                    var answers: [Judgement] = []
                    for reading in 0..<150 {
                        // So that each meter sees both generations, also if the swaps pause for long.
                        let wanted = reading / 30 % 2 + 1
                        while live.generation.number != wanted, !Task.isCancelled { await Task.yield() }
                        answers.append(try push(live, history, reading))
                    }
                    return answers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(found.count == 5 * 150 && live.counters.swaps >= 4)
        #expect(Set(found.map(\.generation)) == [1, 2])
        try live.flush()
        let kept = try Journal(path: index.folder.journalPath).readings(after: .start)
        #expect(kept.count == found.count)
        for generation in [1, 2] {
            try index.folder.makeCurrent(generation)
            let naive = try LiveIndex(index.folder, readonly: true)
            for judgement in found where judgement.generation == generation {
                let history = try #require(index.later.first { $0.meter == judgement.meter })
                let reading = try #require(history.times.firstIndex(of: judgement.time))
                let again = try naive.query(
                    history.meter,
                    at: judgement.time,
                    values: history.row(reading),
                    options: QueryOptions(neighbours: 3)
                )
                try #require(again == judgement)
            }
        }
    }

    /// Without the disk, an answer is the same as with it, or none.
    @Test func memoryAnswersWhatItCanAndNothingElse() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let history = index.later[0]
        func ask(_ reading: Int) throws -> Judgement? {
            try live.queryFromMemory(history.meter, at: history.times[reading], values: history.row(reading))
        }
        func tell(_ reading: Int) throws -> Judgement? {
            try live.pushFromMemory(history.meter, at: history.times[reading], values: history.row(reading))
        }
        // The stream is not in memory.
        #expect(try ask(0) == nil && tell(0) == nil && live.counters.pushes == 0)
        let first = try live.query(history.meter, at: history.times[0], values: history.row(0))
        #expect(try ask(0) == first && live.counters.liveMeters == 1)
        #expect(try tell(0) == first && live.counters.pushes == 1)
        // Repeated, and a question about the past.
        #expect(try tell(0) == nil && ask(0) == nil && live.counters.pushes == 1)
        #expect(try tell(5) != nil)
        #expect(try tell(3) == nil && ask(3) == nil && live.counters.pushes == 2)
        // A meter without readings, and one of which only a question came.
        #expect(try live.queryFromMemory("unknown", at: history.times[0], values: [1]) == nil)
        #expect(throws: RequestError.self) { try live.query("unknown", at: history.times[0], values: [1]) }
        #expect(live.counters.liveMeters == 1)
        #expect(throws: RequestError.self) {
            try live.pushFromMemory(history.meter, at: history.times[9], values: [1, 2])
        }
    }
}
