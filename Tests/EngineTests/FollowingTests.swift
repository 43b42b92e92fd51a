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

/// An index that only reads, beside one that writes: equal answers, to the bit, once it has followed.
@Suite struct FollowingTests {
    private let home: TemporaryFolder
    private let folder: IndexFolder
    /// Two known meters and a new one.
    private let later: [MeterHistory]

    init() async throws {
        let histories = (0..<2).map(GridSimulator(meters: 2, days: 40, seed: 21).history)
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
        try await folder.build(
            histories.map { $0.slice(0..<$0.count - 240) },
            channels: ["power_kw"],
            options: BuildOptions(secondLook: 86_400_000, command: "build test")
        )
        let stranger = GridSimulator(meters: 8, days: 12, seed: 22).history(ofMeter: 7)
        later =
            histories.map { $0.slice($0.count - 240..<$0.count) }
            + [stranger.slice(0..<240, meter: "stranger")]
    }

    private func push(_ live: LiveIndex, _ readings: Range<Int>) throws {
        for reading in readings {
            for history in later {
                _ = try live.push(history.meter, at: history.times[reading], values: history.row(reading))
            }
        }
        try live.flush()
    }

    /// The answers about the next reading of every meter; nil for an unknown meter.
    private func answers(_ live: LiveIndex, _ reading: Int) throws -> [Judgement?] {
        try later.map { history in
            do throws(RequestError) {
                return try live.query(
                    history.meter,
                    at: history.times[reading],
                    values: history.row(reading)
                )
            } catch {
                guard error.code == .unknownMeter else { throw error }
                return nil
            }
        }
    }

    private func expectEqual(_ reader: LiveIndex, _ writer: LiveIndex, _ reading: Int) throws {
        try reader.follow()
        #expect(try answers(reader, reading) == answers(writer, reading), "reading \(reading)")
        #expect(reader.counters.labels == writer.counters.labels)
        #expect(reader.secondLookLabels == writer.secondLookLabels)
    }

    @Test func itAnswersLikeTheWriterThroughRestartRebuildAndRollback() async throws {
        var writer = try LiveIndex(folder)
        let reader = try LiveIndex(folder, readonly: true)
        // All streams are in memory, except that of the meter that nobody knows yet.
        #expect(try answers(reader, 0)[2] == nil)
        var done = 0
        for count in [1, 3, 44, 1, 20, 40] {
            try push(writer, done..<done + count)
            done += count
            try expectEqual(reader, writer, done)
        }
        writer = try LiveIndex(folder)
        try push(writer, done..<done + 2)
        done += 2
        try expectEqual(reader, writer, done)
        for generation in [2, 1] {
            if generation == 2 {
                _ = try await IndexBuilder.rebuild(folder) { _ in }
            } else {
                _ = try folder.rollBack(to: 1)
            }
            try push(writer, done..<done + 1)
            try writer.reload()
            try push(writer, done + 1..<done + 2)
            done += 2
            try reader.reload()
            #expect(reader.generation.number == generation)
            try expectEqual(reader, writer, done)
        }
    }

    /// A label is often given before its second look is due; readings that the reader only follows make it
    /// so.
    @Test func labelsCountForBothLooks() throws {
        let writer = try LiveIndex(folder)
        let reader = try LiveIndex(folder, readonly: true)
        try push(writer, 0..<60)
        try expectEqual(reader, writer, 60)
        for history in later {
            _ = try writer.label(history.meter, at: history.times[50], as: .anomalous(kind: "theft"))
            _ = try writer.label(history.meter, at: history.times[20], as: .normal)
        }
        try expectEqual(reader, writer, 60)
        let before = reader.secondLookLabels
        try push(writer, 60..<90)
        try expectEqual(reader, writer, 90)
        #expect(reader.secondLookLabels > before)
    }

    @Test func aJournalThatIsMadeLaterIsFound() throws {
        let reader = try LiveIndex(folder, readonly: true)
        _ = try answers(reader, 0)
        try reader.follow()
        #expect(reader.issues.isEmpty && !FileManager.default.fileExists(atPath: folder.journalPath))
        let writer = try LiveIndex(folder)
        try push(writer, 0..<3)
        try expectEqual(reader, writer, 3)
        try push(writer, 3..<5)
        try expectEqual(reader, writer, 5)
        #expect(reader.issues.isEmpty)
    }

    @Test func aJournalThatIsGoneIsSaidAndAnotherOneIsRead() throws {
        let path = folder.journalPath
        var writer = try LiveIndex(folder)
        try push(writer, 0..<3)
        let reader = try LiveIndex(folder, readonly: true)
        try expectEqual(reader, writer, 3)
        try writer.close()
        try? FileManager.default.removeItem(atPath: path + "-wal")
        try? FileManager.default.removeItem(atPath: path + "-shm")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        #expect(throws: HealthIssue.self) { try reader.follow() }
        #expect(reader.issues.map(\.kind) == [.files])
        #expect(reader.issues.first?.reason.contains("\(path) was removed") == true)
        #expect(try answers(reader, 3).allSatisfy { $0 != nil }, "it goes on with what it has")
        // Another journal, with other readings.
        writer = try LiveIndex(folder)
        try push(writer, 1..<2)
        try expectEqual(reader, writer, 2)
        #expect(reader.issues.isEmpty)
    }

    @Test func aReaderThatDoesNotFollowIsBehind() throws {
        let reader = try LiveIndex(folder, readonly: true)
        #expect(reader.followingLag == nil && reader.issues.isEmpty)
        try reader.follow()
        #expect(try #require(reader.followingLag) < .seconds(2) && reader.issues.isEmpty)
        let end = ContinuousClock.now + .seconds(10)
        while reader.issues.isEmpty, ContinuousClock.now < end { usleep(50_000) }
        #expect(reader.issues.map(\.kind) == [.lagging])
        try reader.follow()
        #expect(reader.issues.isEmpty)
    }
}
