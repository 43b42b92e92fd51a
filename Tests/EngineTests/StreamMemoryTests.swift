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
    /// A new meter with a reading each minute, some days long.
    private func minutes(_ meter: Int, count: Int) -> MeterHistory {
        var history = MeterHistory(meter: "minute-\(meter)", channelCount: 1)
        for minute in 0..<count {
            let time = Timestamp(milliseconds: 1_700_000_000_000 + Int64(minute) * 60_000)
            let value = sin(Double(minute + 37 * meter) / 229) + Double((minute * 7_919 + meter) % 101) / 400
            history.append(time: time, values: [value])
        }
        return history
    }

    @Test func newMetersWithManyReadingsStayWithinTheirRoom() async throws {
        let index = try await TestIndex.copy()
        let other = try await TestIndex.copy()
        let room = 4 << 20
        let live = try LiveIndex(index.folder, liveBytes: room)
        let all = try LiveIndex(other.folder)
        let histories = (0..<10).map { minutes($0, count: 3_000) }
        var most = 0
        for reading in 0..<3_000 {
            // Two at a time, so that streams are dropped now and then, and not with each reading.
            for history in histories[(reading / 300)...].prefix(1) + histories.prefix(1) {
                let (time, row) = (history.times[reading], history.row(reading))
                let answer = try live.push(history.meter, at: time, values: row)
                #expect(try all.push(history.meter, at: time, values: row) == answer)
                most = max(most, live.counters.liveBytes)
            }
            if reading % 1_000 == 999 { try live.flush() }
        }
        for history in histories {
            for reading in stride(from: 0, to: 3_000, by: 1) where reading % 300 == 0 {
                _ = try? live.query(history.meter, at: history.times[reading], values: history.row(reading))
            }
        }
        #expect(most > room / 4 && most <= room + (2 << 20), "\(most)")
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
