import Engine
import Foundation
import Grid
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

/// Streams are kept by the bytes that they take, whatever the cadence of their meters.
@Suite struct StreamMemoryTests {
    /// A new meter with a reading every ten minutes.
    private func history(_ meter: Int, count: Int) -> MeterHistory {
        var history = MeterHistory(meter: "new-\(meter)", channelCount: 1)
        for slot in 0..<count {
            let time = Timestamp(milliseconds: 1_700_000_400_000 + Int64(slot) * 600_000)
            let value = sin(Double(slot + 37 * meter) / 23) + Double((slot * 7_919 + meter) % 101) / 400
            history.append(time: time, values: [value])
        }
        return history
    }

    @Test func newMetersWithManyReadingsStayWithinTheirRoom() async throws {
        let index = try await TestIndex.copy()
        let other = try await TestIndex.copy()
        let room = 200_000
        let live = try LiveIndex(index.folder, liveBytes: room)
        let all = try LiveIndex(other.folder)
        let histories = (0..<12).map { history($0, count: 400) }
        var most = 0
        for block in 0..<8 {
            // Some readings of a meter after each other: its stream is not restored with each of them.
            for history in histories {
                for reading in block * 50..<(block + 1) * 50 {
                    let (time, row) = (history.times[reading], history.row(reading))
                    let answer = try live.push(history.meter, at: time, values: row)
                    #expect(try all.push(history.meter, at: time, values: row) == answer)
                    most = max(most, live.counters.liveBytes)
                }
            }
            try live.flush()
        }
        #expect(most > room / 4 && most < room + 100_000, "\(most)")
        #expect(all.counters.liveBytes > 2 * room)
        #expect(live.counters.liveMeters < 12 && all.counters.liveMeters == 12)
    }

    /// A profile is learnt again whenever a history has doubled, from readings that are no longer in memory.
    @Test func aForgottenHistoryIsLearntFromTheDisk() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let history = GridSimulator(meters: 8, days: 70, seed: 8).history(ofMeter: 7)
            .slice(0..<1_600, meter: "stranger")
        var taken = MeterHistory(meter: "stranger", channelCount: 1)
        for reading in 0..<history.count {
            let (time, row) = (history.times[reading], history.row(reading))
            let isLearning = [48, 96, 192, 384, 768, 1_536].contains(reading + 1) && reading > 0
            if isLearning && reading > 48 {
                let fromMemory = try live.pushFromMemory("stranger", at: time, values: row)
                #expect(fromMemory == nil, "the disk must be read")
                #expect(try live.queryFromMemory("stranger", at: time, values: row) == nil)
            }
            let asked = reading == 0 ? nil : try live.query("stranger", at: time, values: row)
            let pushed = try live.push("stranger", at: time, values: row)
            if let asked { #expect(asked.content == pushed.content, "reading \(reading)") }
            taken.append(time: time, values: row)
        }
        try live.flush()
        // As one that is restored, and so learns all at once.
        let restored = try LiveIndex(index.folder)
        let next = Timestamp(milliseconds: history.times[1_599].milliseconds + 3_600_000)
        #expect(
            try restored.query("stranger", at: next, values: [1])
                == live.query("stranger", at: next, values: [1])
        )
        #expect(live.counters.liveBytes < 200_000)
    }
}
