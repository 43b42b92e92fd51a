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

/// Which readings are in the journal, and when.
@Suite struct DurabilityTests {
    private func push(_ live: LiveIndex, _ history: MeterHistory, _ readings: Range<Int>) throws {
        for reading in readings {
            _ = try live.push(history.meter, at: history.times[reading], values: history.row(reading))
        }
    }

    @Test func awaitDurableWritesAllThatWasPushedBefore() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder, durability: .always)
        try push(live, index.later[0], 0..<5)
        #expect(live.counters.pendingReadings == 5 && live.journalLag > .zero)
        try live.awaitDurable(upTo: live.readingsTaken)
        #expect(live.counters.pendingReadings == 0 && live.journalLag == .zero)
        #expect(try Journal(path: index.folder.journalPath).readings(after: .start).count == 5)
    }

    /// Many tasks wait for the disk at once, and each finds its own reading written afterwards.
    @Test func waitingTasksShareWrites() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder, durability: .always)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for history in index.later {
                group.addTask {
                    for reading in 0..<20 {
                        try push(live, history, reading..<reading + 1)
                        try live.awaitDurable(upTo: live.readingsTaken)
                        let journal = try Journal(path: index.folder.journalPath)
                        let kept = try journal.newestTime(meter: history.meter, channels: 1, after: .start)
                        #expect(kept == history.times[reading].milliseconds)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try Journal(path: index.folder.journalPath).readings(after: .start).count == 100)
        #expect((1...100).contains(live.counters.commits))
    }

    @Test func issuesAreReportedWhileTheyLast() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder, durability: .always)
        try push(live, index.later[0], 0..<2)
        try runSQL("ALTER TABLE reading RENAME TO hidden", on: index.folder.journalPath)
        #expect(throws: CatalogError.self) { try live.awaitDurable(upTo: live.readingsTaken) }
        #expect(live.issues.map(\.kind) == [.writing])
        #expect(live.issues.first?.reason.contains(index.folder.journalPath) == true)
        try runSQL("ALTER TABLE hidden RENAME TO reading", on: index.folder.journalPath)
        try live.awaitDurable(upTo: live.readingsTaken)
        #expect(live.issues.isEmpty && live.counters.pendingReadings == 0)
    }

    /// `1s` promises a second: a reading that waits longer is an issue at once, with its cause.
    @Test func laggingBeginsWhenThePromiseIsBroken() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder, durability: .second)
        try holdingTheWriteLock(on: index.folder.journalPath) {
            let began = ContinuousClock.now
            try push(live, index.later[0], 0..<5)
            #expect(throws: CatalogError.self) { try live.flush(patience: .zero) }
            #expect(live.issues.isEmpty || .now - began > .seconds(1))
            while live.journalLag <= .seconds(1) { usleep(10_000) }
            #expect(live.issues.map(\.kind) == [.lagging])
            #expect(live.issues.first?.reason.contains("another process has locked it") == true)
        }
        try live.flush()
        #expect(live.issues.isEmpty && live.journalLag == .zero && live.lastWait > .seconds(1))
    }

    /// A writer that waits for another process's lock does not keep the other writers waiting.
    @Test func patienceIsEachWritersOwn() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        try push(live, index.later[0], 0..<5)
        let path = index.folder.journalPath
        let waiting = try holdingTheWriteLock(on: path) {
            let waiting = Blocking { try live.awaitDurable(upTo: 5) }
            usleep(300_000)
            let began = ContinuousClock.now
            #expect(throws: CatalogError.self) { try live.flush(patience: .milliseconds(100)) }
            #expect(.now - began < .seconds(3))
            return waiting
        }
        try await waiting.value
        #expect(live.hasWritten(5) && live.issues.isEmpty)
    }

    /// However few streams are kept in memory, the answers are those of an index that keeps all.
    @Test func forgottenStreamsAreRestored() async throws {
        let index = try await TestIndex.copy()
        let other = try await TestIndex.copy()
        let all = try LiveIndex(index.folder)
        let few = try LiveIndex(other.folder, liveMeters: 2)
        let stranger = GridSimulator(meters: 8, days: 20, seed: 8).history(ofMeter: 7)
        let histories = index.later + [stranger.slice(0..<stranger.count, meter: "stranger")]
        for reading in 0..<100 {
            for history in histories {
                let (time, row) = (history.times[reading], history.row(reading))
                let expected = try all.push(history.meter, at: time, values: row)
                let answer = try few.push(history.meter, at: time, values: row)
                try #require(answer == expected, "\(history.meter) \(time)")
            }
            try #require(few.counters.liveMeters <= 2)
            if reading.isMultiple(of: 7) { try few.flush() }
        }
        #expect(all.counters.liveMeters == histories.count)
    }
}
