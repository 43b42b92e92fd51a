import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import Synchronization
import TestSupport
import Testing
import Verdicts

/// If the disk cannot be written, a label or a flush fails, and no acknowledged reading is lost.
@Suite struct JournalFailureTests {
    @Test func readingsKeepWaiting() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let history = index.later[0]
        for reading in 0..<5 {
            _ = try live.push(history.meter, at: history.times[reading], values: history.row(reading))
        }
        try runSQL("ALTER TABLE reading RENAME TO hidden", on: index.folder.journalPath)
        #expect(throws: CatalogError.self) { try live.flush() }
        #expect(live.counters.pendingReadings == 5)
        // Further readings are accepted.
        let answer = try live.push(history.meter, at: history.times[5], values: history.row(5))
        #expect(answer.content.assessment != nil && live.counters.pendingReadings == 6)
        try runSQL("ALTER TABLE hidden RENAME TO reading", on: index.folder.journalPath)
        try live.flush()
        #expect(live.counters.pendingReadings == 0)
        let kept = try Journal(path: index.folder.journalPath).readings(after: .start)
        #expect(kept.map(\.time) == Array(history.times[..<6]))
        #expect(kept.allSatisfy { $0.meter == history.meter })
    }

    /// A question that reads a history must not wait for a write to the disk.
    @Test func aHistoryIsReadWhileAWriteWaits() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let (pushed, cold) = (index.later[0], index.later[1])
        _ = try live.push(pushed.meter, at: pushed.times[0], values: pushed.row(0))
        let hasWritten = Mutex(false)
        // Another connection holds the journal's lock for writing, so that the flush waits.
        try holdingTheWriteLock(on: index.folder.journalPath) {
            let flush = Thread {
                try? live.flush()
                hasWritten.withLock { $0 = true }
            }
            flush.start()
            usleep(200_000)
            _ = try live.query(cold.meter, at: cold.times[0], values: cold.row(0))
            #expect(!hasWritten.withLock { $0 }, "the question waited for the write")
        }
        while !hasWritten.withLock({ $0 }) { usleep(10_000) }
        #expect(live.counters.pendingReadings == 0)
    }

    private static let refusingLabels =
        "CREATE TRIGGER refusing BEFORE INSERT ON label BEGIN SELECT raise(ABORT, 'refused'); END"

    @Test func aLabelThatCannotBeWrittenIsNotTaken() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let history = index.later[0]
        _ = try live.push(history.meter, at: history.times[0], values: history.row(0))
        func ask() throws -> Judgement {
            try live.query(history.meter, at: history.times[0], values: history.row(0))
        }
        let before = try ask()
        try runSQL(Self.refusingLabels, on: index.folder.journalPath)
        let error = #expect(throws: RequestError.self) {
            try live.label(history.meter, at: history.times[0], as: .anomalous(kind: "theft"))
        }
        #expect(error?.code == .unavailable)
        #expect(try ask() == before)
        #expect(live.counters.labels == 0 && live.labelsGiven == 0 && live.counters.pendingReadings == 1)
        try runSQL("DROP TRIGGER refusing", on: index.folder.journalPath)
        let labelled = try live.label(history.meter, at: history.times[0], as: .anomalous(kind: "theft"))
        #expect(labelled.counts == true && labelled.labels == 1)
        #expect(try ask() != before && live.counters.pendingReadings == 0)
    }

    /// Where no reading waits, no write would show that the journal is well again.
    @Test func theJournalIsTriedAgainThoughNothingWaits() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let history = index.later[0]
        _ = try live.push(history.meter, at: history.times[0], values: history.row(0))
        try live.flush()
        try runSQL(Self.refusingLabels, on: index.folder.journalPath)
        #expect(throws: RequestError.self) {
            try live.label(history.meter, at: history.times[0], as: .normal)
        }
        // As on a full disk: no page can be written.
        try runSQL("ALTER TABLE grdb_migrations RENAME TO none", on: index.folder.journalPath)
        try live.flush()
        #expect(throws: CatalogError.self) { try live.retryWriting() }
        #expect(live.issues.map(\.kind) == [.writing])
        try runSQL("ALTER TABLE none RENAME TO grdb_migrations", on: index.folder.journalPath)
        try live.retryWriting()
        #expect(live.issues.isEmpty)
    }

    @Test func aHistoryThatCannotBeReadIsUnavailable() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        try runSQL("ALTER TABLE reading RENAME TO hidden", on: index.folder.journalPath)
        let history = index.later[0]
        let error = #expect(throws: RequestError.self) {
            try live.query(history.meter, at: history.times[0], values: history.row(0))
        }
        #expect(error?.code == .unavailable)
        let issues = live.issues
        #expect(issues.map(\.kind) == [.reading])
        #expect(issues.first?.reason.contains("the history of `\(history.meter)` cannot be read") == true)
        try runSQL("ALTER TABLE hidden RENAME TO reading", on: index.folder.journalPath)
        #expect(throws: Never.self) {
            try live.query(history.meter, at: history.times[0], values: history.row(0))
        }
        #expect(live.issues.isEmpty)
    }

    @Test func aJournalThatIsNoneIsRefused() async throws {
        let index = try await TestIndex.copy()
        try Data("this is no database, whatever its name says".utf8)
            .write(to: URL(fileURLWithPath: index.folder.journalPath))
        #expect(throws: CatalogError.self) { try LiveIndex(index.folder) }
        #expect(!Verification(of: index.folder).problems.isEmpty)
    }
}
