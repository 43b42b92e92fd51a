import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import Synchronization
import TestSupport
import Testing
import Verdicts

/// What an event loop asks is answered at once, or left to a thread that may wait.
@Suite struct MemoryPathTests {
    private func reading(_ minute: Int) -> Reading {
        let time = Timestamp(milliseconds: 1_700_000_000_000 + Int64(minute) * 60_000)
        return Reading(meter: "minute", time: time, values: [sin(Double(minute) / 229)])
    }

    /// A new meter that learns from 46,080 readings reads them from the disk, with the lock of its stream.
    @Test func aMeterThatIsReadFromTheDiskIsLeftToAThreadThatMayWait() async throws {
        let index = try await TestIndex.copy()
        try Journal(path: index.folder.journalPath).append(readings: (0..<46_078).map(reading))
        let live = try LiveIndex(index.folder)
        @Sendable func push(_ minute: Int) throws {
            let reading = reading(minute)
            _ = try live.push(reading.meter, at: reading.time, values: reading.values)
        }
        try push(46_078)
        let hasPushed = Mutex(false)
        let pushing = Mutex(false)
        let later = reading(46_090)
        let thread = Thread {
            pushing.withLock { $0 = true }
            try? push(46_079)
            hasPushed.withLock { $0 = true }
        }
        thread.start()
        while !pushing.withLock({ $0 }) { usleep(1_000) }
        usleep(20_000)
        let answer = try live.queryFromMemory(later.meter, at: later.time, values: later.values)
        #expect(answer == nil && !hasPushed.withLock { $0 }, "the question waited for the disk")
        while !hasPushed.withLock({ $0 }) { usleep(1_000) }
        #expect(try live.queryFromMemory(later.meter, at: later.time, values: later.values) != nil)
    }
}
