import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// Files of an index that change under a server: nothing is acknowledged that nobody will find.
@Suite struct WatchingTests {
    private let index: TestIndex
    private var path: String { index.folder.journalPath }

    init() async throws { index = try await TestIndex.copy() }

    private func push(_ live: LiveIndex, _ reading: Int) throws -> Judgement {
        let history = index.later[0]
        return try live.push(history.meter, at: history.times[reading], values: history.row(reading))
    }

    private func expectRefusals(_ live: LiveIndex, _ words: String) {
        #expect(throws: HealthIssue.self) { try live.watch() }
        #expect(live.issues.map(\.kind).first == .files)
        #expect(live.issues.first?.reason.contains(words) == true, "\(live.issues)")
        let history = index.later[0]
        let label = #expect(throws: RequestError.self) {
            try live.label(history.meter, at: history.times[0], as: .normal)
        }
        #expect(label?.code == .unavailable)
        let pushed = #expect(throws: RequestError.self) { try push(live, 50) }
        #expect(pushed?.code == .unavailable)
    }

    @Test(arguments: ["", "-wal", "-shm"])
    func aFileOfTheJournalThatIsMovedAway(suffix: String) throws {
        let live = try LiveIndex(index.folder)
        _ = try push(live, 0)
        try live.flush()
        try live.watch()
        try FileManager.default.moveItem(atPath: path + suffix, toPath: path + ".away")
        // Before anyone has looked.
        let history = index.later[0]
        let error = #expect(throws: RequestError.self) {
            try live.label(history.meter, at: history.times[0], as: .normal)
        }
        #expect(error?.code == .unavailable)
        expectRefusals(live, "\(path)\(suffix) was removed")
        // The same file comes back: a label looks itself.
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path + suffix)
        let labelled = try live.label(history.meter, at: history.times[0], as: .normal)
        #expect(labelled.counts)
        #expect(live.issues.isEmpty)
    }

    @Test(arguments: ["another file", "overwritten", "cut", "log cut"])
    func aJournalThatIsAnother(what: String) throws {
        let live = try LiveIndex(index.folder)
        _ = try push(live, 0)
        try live.flush()
        let log = what == "log cut"
        let file = try #require(FileHandle(forUpdatingAtPath: log ? path + "-wal" : path))
        switch what {
        case "another file":
            try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
            #expect(rename(path + ".copy", path) == 0)
        case "overwritten": try file.write(contentsOf: Data(repeating: 0x55, count: 8_192))
        case "cut": try file.truncate(atOffset: 10)
        default: try file.truncate(atOffset: 0)
        }
        try file.close()
        if log {
            // An empty log is what a checkpoint leaves: only the next write shows that this was none.
            _ = try push(live, 1)
            #expect(throws: CatalogError.self) { try live.flush() }
        }
        let words = ["another file": "was replaced", "log cut": "journal.sqlite"]
        expectRefusals(live, words[what] ?? "was overwritten or cut")
    }

    @Test func aLockFileThatIsRemovedLetsNobodyIn() throws {
        let lock = try IndexLock(index.folder, for: .serving)
        let live = try LiveIndex(index.folder, lock: lock)
        let file = index.folder.path + "/serving.lock"
        try FileManager.default.removeItem(atPath: file)
        try live.watch()
        #expect(live.issues.isEmpty)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "\(getpid())")
        let error = #expect(throws: IndexError.self) { _ = try IndexLock(index.folder, for: .serving) }
        #expect(error?.code == .busy && error?.message.contains("process \(getpid()) ") == true)
        _ = try push(live, 0)
        // An earlier version of the program knows the file alone.
        try FileManager.default.removeItem(atPath: file)
        let other = open(file, O_RDWR | O_CREAT, 0o644)
        defer { close(other) }
        #expect(flock(other, LOCK_EX | LOCK_NB) == 0 && write(other, "77", 2) == 2)
        expectRefusals(live, "process 77 has taken the new one")
        // It may have written: what this one has in memory is out of date.
        flock(other, LOCK_UN)
        expectRefusals(live, "start it again")
        #expect(throws: Never.self) { try live.flush() }
    }

    @Test func whatPassesIsOverWhenItHasPassed() throws {
        let live = try LiveIndex(index.folder, lock: IndexLock(index.folder, for: .serving))
        let files = FileManager.default
        // Nobody can make the lock file again for a while.
        let file = index.folder.path + "/serving.lock"
        try files.removeItem(atPath: file)
        try files.createSymbolicLink(atPath: file, withDestinationPath: "nothing")
        expectRefusals(live, "opening \(file) failed")
        try files.removeItem(atPath: file)
        try live.watch()
        #expect(live.issues.isEmpty)
        _ = try push(live, 0)
        // The folder is moved away, and comes back.
        let (folder, away) = (index.folder.path, index.folder.path + ".away")
        try files.moveItem(atPath: folder, toPath: away)
        #expect(throws: HealthIssue.self) { try live.watch() }
        try files.moveItem(atPath: away, toPath: folder)
        try live.watch()
        #expect(live.issues.isEmpty)
        // In another folder in its place, another process may have written.
        try files.moveItem(atPath: folder, toPath: away)
        try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(throws: HealthIssue.self) { try live.watch() }
        try files.removeItem(atPath: folder)
        try files.moveItem(atPath: away, toPath: folder)
        expectRefusals(live, "start it again")
    }

    @Test func aBuildWithoutItsLockPublishesNothing() async throws {
        let builder = try IndexBuilder(index.folder, options: BuildOptions(command: "build test"))
        let file = index.folder.path + "/writing.lock"
        try FileManager.default.removeItem(atPath: file)
        #expect(throws: IndexError.self) { _ = try IndexLock(index.folder, for: .writing) }
        let other = open(file, O_RDWR | O_CREAT, 0o644)
        defer { close(other) }
        #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
        let source = IndexSource(histories: index.built, channels: ["power_kw"])
        let error = await #expect(throws: IndexError.self) { try await builder.build(source) { _ in } }
        #expect(error?.code == .busy)
        #expect(index.folder.generations() == [1])
    }
}
