import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// A damaged generation is refused, and the last undamaged one answers in its place.
@Suite struct LastGoodGenerationTests {
    /// An index of three generations.
    private func three() async throws -> TestIndex {
        let index = try await TestIndex.copy()
        for _ in 0..<2 { _ = try await IndexBuilder.rebuild(index.folder) { _ in } }
        #expect(try index.folder.current() == 3)
        return index
    }

    private func flip(_ generation: Int, _ name: String, _ folder: IndexFolder) throws {
        let path = URL(fileURLWithPath: folder.path(of: generation) + "/" + name)
        var bytes = try Data(contentsOf: path)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: path)
    }

    @Test func theLatestWholeOneBeforeItIsServed() async throws {
        let index = try await three()
        try flip(3, "normal.faiss", index.folder)
        try flip(2, "catalog.sqlite", index.folder)
        #expect(throws: IndexError.self) { try LiveIndex(index.folder) }
        let live = try LiveIndex(index.folder, fallsBack: true)
        #expect(live.generation.number == 1)
        let issue = try #require(live.issues.first)
        #expect(issue.kind == .generation && issue.reason.contains("000003/normal.faiss"))
        // It answers, and accepts labels.
        let history = index.built[0]
        _ = try live.label(history.meter, at: history.times[900], as: .anomalous(kind: "tried"))
        _ = try live.query(history.meter, at: history.times[900], values: history.row(900))
        #expect(throws: IndexError.self) { try live.reload(again: true) }
        #expect(live.issues.map(\.kind) == [.generation])
        try flip(3, "normal.faiss", index.folder)
        #expect(try live.reload(again: true))
        #expect(live.generation.number == 3 && live.issues.isEmpty && live.counters.labels == 1)
    }

    @Test func aLaterOneIsNotServedUnasked() async throws {
        let index = try await three()
        _ = try index.folder.rollBack(to: 1)
        try flip(1, "weights.safetensors", index.folder)
        let error = #expect(throws: IndexError.self) { try LiveIndex(index.folder, fallsBack: true) }
        #expect(error?.message.contains("000001/weights.safetensors") == true)
    }

    @Test func withoutAWordFromCurrentTheLatestWholeOneIsServed() async throws {
        let index = try await three()
        try Data("scrambled".utf8).write(to: URL(fileURLWithPath: index.folder.path + "/CURRENT"))
        try flip(3, "encoder.json", index.folder)
        let live = try LiveIndex(index.folder, fallsBack: true)
        #expect(live.generation.number == 2)
        #expect(live.issues.first?.reason.contains("CURRENT") == true)
    }

    @Test func aGenerationUnderAnothersNameIsRefused() async throws {
        let index = try await three()
        let files = FileManager.default
        try files.removeItem(atPath: index.folder.path(of: 3))
        try files.copyItem(atPath: index.folder.path(of: 2), toPath: index.folder.path(of: 3))
        #expect(throws: IndexError.self) { try Generation(3, of: index.folder) }
        #expect(try LiveIndex(index.folder, fallsBack: true).generation.number == 2)
    }

    /// The journal's numbers must not begin at 1 again, or new labels would have numbers that the generation
    /// was built from.
    @Test(arguments: [false, true])
    func aJournalThatWasLostLosesNoLabelsGivenAfterwards(rebuilds: Bool) async throws {
        let index = try await TestIndex.copy()
        let history = index.built[0]
        func label(_ readings: Range<Int>) throws {
            let live = try LiveIndex(index.folder)
            for reading in readings {
                _ = try live.label(history.meter, at: history.times[reading], as: .anomalous(kind: "tried"))
            }
        }
        try label(900..<905)
        _ = try await IndexBuilder.rebuild(index.folder) { _ in }
        for ending in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: index.folder.journalPath + ending)
        }
        if rebuilds { _ = try await IndexBuilder.rebuild(index.folder) { _ in } }
        try label(905..<908)
        #expect(try LiveIndex(index.folder).counters.labels == 3)
        let manifest = try await IndexBuilder.rebuild(index.folder) { _ in }
        #expect(manifest.anomalousReadings == index.manifest.anomalousReadings + 8)
    }

    @Test func whatIsLeftOverIsRemovedAndSaid() async throws {
        let index = try await TestIndex.copy()
        let left = [index.folder.path + "/CURRENT.tmp", index.folder.path(of: 2) + ".tmp"]
        try Data("half".utf8).write(to: URL(fileURLWithPath: left[0]))
        try FileManager.default.createDirectory(atPath: left[1], withIntermediateDirectories: false)
        let lock = try IndexLock(index.folder, for: .writing)
        #expect(try index.folder.removeStaleBuilds() == nil, "a build under way is not stale")
        lock.release()
        #expect(try index.folder.removeStaleBuilds() == left)
        #expect(try index.folder.removeStaleBuilds() == [])
        #expect(try LiveIndex(index.folder).issues.isEmpty)
    }

    @Test func aLockOfTheDeadIsToldFromOneThatWasLetGo() async throws {
        let index = try await TestIndex.copy()
        let first = try IndexLock(index.folder, for: .serving)
        #expect(first.lostBy == nil)
        first.release()
        // The lock file of a process that was killed.
        let path = URL(fileURLWithPath: index.folder.path + "/serving.lock")
        #expect(try Data(contentsOf: path).isEmpty)
        try Data("4000000".utf8).write(to: path)
        let second = try IndexLock(index.folder, for: .serving)
        #expect(second.lostBy == 4_000_000)
    }

    @Test(arguments: ["", "/generations"])
    func aLinkOutOfTheFolderIsRefused(inner: String) async throws {
        let index = try await TestIndex.copy()
        let elsewhere = index.home.path + "/elsewhere"
        try FileManager.default.moveItem(atPath: index.folder.path + inner, toPath: elsewhere)
        try FileManager.default.createSymbolicLink(
            atPath: index.folder.path + inner,
            withDestinationPath: elsewhere
        )
        let error = #expect(throws: IndexError.self) { try LiveIndex(index.folder) }
        #expect(error?.code == .badName && error?.message.contains("symbolic link") == true)
        #expect(throws: IndexError.self) { _ = try IndexBuilder(index.folder, options: BuildOptions()) }
        #expect(throws: IndexError.self) { try index.folder.rollBack(to: 1) }
    }
}
