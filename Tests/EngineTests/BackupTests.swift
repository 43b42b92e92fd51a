import Engine
import Foundation
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// A backup is restored as it was made, or not at all.
@Suite struct BackupTests {
    /// A backup of an index, with labels and pushed readings in its journal.
    private static func bytes(of folder: IndexFolder, _ extent: Backup.Extent = .served) throws -> [UInt8] {
        let temporary = try TemporaryFolder()
        let backup = try Backup(of: folder, extent, temporary: temporary.path)
        var bytes: [UInt8] = []
        try backup.write { bytes += $0 }
        return bytes
    }

    @discardableResult
    private static func restore(
        _ bytes: [UInt8],
        as name: String? = nil,
        in indexes: String,
        replaces: Bool = false
    ) throws -> Restoration {
        let file = try TemporaryFolder()
        let path = try file.file("backup.tar", bytes)
        let handle = try #require(FileHandle(forReadingAtPath: path))
        return try Restoration(
            from: handle,
            path,
            as: name.map { try IndexName($0) },
            in: indexes,
            replaces: replaces
        )
    }

    private func label(_ index: TestIndex, _ folder: IndexFolder, _ readings: Range<Int>) throws {
        let live = try LiveIndex(folder)
        let history = index.built[0]
        for reading in readings {
            _ = try live.label(history.meter, at: history.times[reading], as: .anomalous(kind: "tried"))
        }
    }

    private func push(_ index: TestIndex, _ folder: IndexFolder, _ readings: Range<Int>) throws {
        let live = try LiveIndex(folder)
        let history = index.later[0]
        for reading in readings {
            _ = try live.push(history.meter, at: history.times[reading], values: history.row(reading))
        }
        try live.flush()
    }

    private func answers(_ index: TestIndex, _ folder: IndexFolder) throws -> [[String]] {
        let live = try LiveIndex(folder, readonly: true)
        return try index.later.flatMap { history in
            try (30..<60).map {
                try live.query(history.meter, at: history.times[$0], values: history.row($0)).content.figures
            }
        }
    }

    @Test func aRestoredIndexAnswersToTheBit() async throws {
        let index = try await TestIndex.copy()
        try label(index, index.folder, 900..<905)
        try push(index, index.folder, 0..<30)
        let indexes = try TemporaryFolder()
        let restored = try Self.restore(Self.bytes(of: index.folder), as: "again", in: indexes.path)
        #expect(try indexes.names(in: "") == ["again"])
        let names = try indexes.names(in: "again")
        #expect(names == ["CURRENT", "generations", "journal.sqlite"], "\(names)")
        #expect(try answers(index, restored.folder) == answers(index, index.folder))
        #expect(try LiveIndex(restored.folder, readonly: true).counters.labels == 5)
        #expect(restored.notes == [] && Verification(of: restored.folder).problems == [])
    }

    @Test func aBackupHoldsTheGenerationsThatAreAskedFor() async throws {
        let index = try await TestIndex.copy()
        try label(index, index.folder, 900..<903)
        _ = try await IndexBuilder.rebuild(index.folder) { _ in }
        for (extent, generations) in [(Backup.Extent.served, [2]), (.allGenerations, [1, 2])] {
            let indexes = try TemporaryFolder()
            let restored = try Self.restore(Self.bytes(of: index.folder, extent), in: indexes.path)
            #expect(restored.folder.generations() == generations)
            #expect(try restored.folder.current() == 2)
        }
    }

    /// What `tar` unpacks is an index, for whoever has no gridkin at hand.
    @Test func anyTarUnpacksIt() async throws {
        let index = try await TestIndex.copy()
        try label(index, index.folder, 900..<903)
        let place = try TemporaryFolder()
        try place.file("backup.tar", Self.bytes(of: index.folder))
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/bin/tar")
        tar.arguments = ["-C", place.path, "-xf", place.path("backup.tar")]
        try tar.run()
        tar.waitUntilExit()
        #expect(tar.terminationStatus == 0)
        let unpacked = IndexFolder(index.folder.name, in: place.path)
        #expect(Verification(of: unpacked).problems == [])
        #expect(try LiveIndex(unpacked, readonly: true).counters.labels == 3)
    }

    @Test func oneAlteredByteOrACutIsRefusedAndNothingIsLeft() async throws {
        let index = try await TestIndex.copy()
        try label(index, index.folder, 900..<903)
        let whole = try Self.bytes(of: index.folder)
        let indexes = try TemporaryFolder()
        func refuse(_ bytes: [UInt8], _ what: String) throws {
            let error = #expect(throws: IndexError.self, "\(what)") {
                try Self.restore(bytes, in: indexes.path)
            }
            #expect(error?.code == .damaged || error?.code == .unknownFormat, "\(what): \(error as Any)")
            #expect(try indexes.names(in: "") == [], "\(what)")
        }
        var random = SplitMix64(seed: 12)
        // Every byte of the first headers, and some of all that follows.
        let places =
            Array(stride(from: 0, to: 3_072, by: 61))
            + (0..<30).map { _ in
                Int.random(in: 3_072..<whole.count, using: &random)
            }
        for place in places + [whole.count - 1] {
            var bytes = whole
            bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            try refuse(bytes, "byte \(place)")
        }
        for length in [0, 1, 511, 512, 2_000, whole.count / 2, whole.count - 1_024, whole.count - 1] {
            try refuse(Array(whole.prefix(length)), "\(length) bytes")
        }
        try refuse(whole + [0], "a byte more")
        try refuse(Array("not a backup at all".utf8) + [UInt8](repeating: 0, count: 2_000), "text")
    }

    /// An archive in which every checksum is right and a path is not.
    ///
    /// - Parameter bytes: the sizes that are claimed of the file and of a second one.
    private func archive(_ path: String, bytes: [Int] = [4], created: Int = 0) throws -> [UInt8] {
        let content = Array("evil".utf8)
        let checksum = try Checksum.of(content)
        let described = zip([path, "CURRENT"], bytes).map { path, bytes in
            #"{"path": "\#(path)", "bytes": \#(bytes), "sha256": "\#(checksum)"}"#
        }
        let json = Array(
            """
            {"format": 1, "index": "x", "created": \(created), "served": null, "generations": [],
             "files": [\(described.joined(separator: ", "))]}
            """.utf8
        )
        let sum = Array("\(try Checksum.of(json))  backup.json\n".utf8)
        let files = [("backup.json", json), ("backup.sha256", sum), (path, content)]
        let entries = files.flatMap { name, bytes in
            let entry = BackupEntry(name: "x/" + name, bytes: bytes.count, time: 0)
            return entry.header + bytes + entry.padding
        }
        return entries + [UInt8](repeating: 0, count: 1_024)
    }

    @Test(
        arguments: [
            "../evil", "/tmp/evil", "generations/../../evil", "generations/000001/../evil",
            "generations/000001/second/third/evil", "generations/1/evil", "generations/000001/.evil",
            "generations/000001", "serving.lock", "journal.sqlite-wal", "training/evil", "", "./CURRENT",
        ]
    )
    func aPathThatNoIndexHasIsNotWritten(path: String) throws {
        let home = try TemporaryFolder()
        let indexes = home.path("indexes")
        try FileManager.default.createDirectory(atPath: indexes + "/x", withIntermediateDirectories: true)
        let error = #expect(throws: IndexError.self) {
            try Self.restore(archive(path), in: indexes, replaces: true)
        }
        #expect(error?.message.contains("that no index has") == true, "\(error as Any)")
        #expect(try home.names(in: "") == ["indexes"] && home.names(in: "indexes") == ["x"])
    }

    @Test(arguments: [
        ([Int.max, 1], 0), ([1 << 50, 1], 0), ([-1], 0), ([4], Int.max), ([4], -1), ([4], 1 << 33),
    ])
    func aSizeOrATimeThatNoBackupHasIsRefused(bytes: [Int], created: Int) throws {
        let home = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: home.path("x"), withIntermediateDirectories: true)
        let error = #expect(throws: IndexError.self) {
            try Self.restore(
                archive("journal.sqlite", bytes: bytes, created: created),
                in: home.path,
                replaces: true
            )
        }
        #expect(error?.message.contains("that no backup has") == true, "\(error as Any)")
        #expect(try home.names(in: "") == ["x"])
    }

    @Test(.enabled(if: geteuid() == 0))
    func whatRootRestoresBelongsToTheOwnerOfTheIndexes() async throws {
        let index = try await TestIndex.copy()
        try label(index, index.folder, 900..<903)
        let indexes = try TemporaryFolder()
        chown(indexes.path, 1234, 1235)
        let folder = try Self.restore(Self.bytes(of: index.folder), in: indexes.path).folder
        let inside = try FileManager.default.subpathsOfDirectory(atPath: folder.path).map { "/" + $0 }
        for path in [""] + inside {
            var status = stat()
            #expect(stat(folder.path + path, &status) == 0)
            #expect(status.st_uid == 1234 && status.st_gid == 1235, "\(path)")
        }
    }

    @Test func anArchiveOfAnotherProgramIsRefused() async throws {
        let index = try await TestIndex.copy()
        let place = try TemporaryFolder()
        // The same files as a backup has, and links among them.
        symlink("/etc/passwd", index.folder.path + "/journal.sqlite")
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/bin/tar")
        tar.arguments = ["-C", index.home.path, "-cf", place.path("foreign.tar"), "grid"]
        try tar.run()
        tar.waitUntilExit()
        let bytes = try [UInt8](place.bytes("foreign.tar"))
        let error = #expect(throws: IndexError.self) { try Self.restore(bytes, in: place.path("indexes")) }
        #expect(error?.message.contains("is not a backup") == true)
        #expect(!place.exists("indexes/grid"))
    }

    @Test func anIndexIsReplacedOnlyWhenAskedAndOnlyWhenNobodyUsesIt() async throws {
        let index = try await TestIndex.copy()
        let backup = try Self.bytes(of: index.folder)
        try label(index, index.folder, 900..<903)
        let refused = #expect(throws: IndexError.self) { try Self.restore(backup, in: index.home.path) }
        #expect(refused?.code == .badRequest && refused?.message.contains("--replace") == true)
        for purpose in [IndexLock.Purpose.serving, .writing] {
            let lock = try IndexLock(index.folder, for: purpose)
            let busy = #expect(throws: IndexError.self) {
                try Self.restore(backup, in: index.home.path, replaces: true)
            }
            #expect(busy?.code == .busy)
            lock.release()
        }
        #expect(try LiveIndex(index.folder, readonly: true).counters.labels == 3)
        try Self.restore(backup, in: index.home.path, replaces: true)
        #expect(try LiveIndex(index.folder, readonly: true).counters.labels == 0)
        #expect(try index.home.names(in: "") == ["grid"])
    }

    /// Numbers in the journal must not be given again, whatever is restored: a generation may have been built
    /// from the first labels that had them.
    @Test(arguments: [Backup.Extent.served, .journal])
    func labelsAfterAnOlderBackupCount(extent: Backup.Extent) async throws {
        let index = try await TestIndex.copy()
        try label(index, index.folder, 900..<902)
        let backup = try Self.bytes(of: index.folder, extent)
        try label(index, index.folder, 902..<906)
        _ = try await IndexBuilder.rebuild(index.folder) { _ in }
        try Self.restore(backup, in: index.home.path, replaces: true)
        let journal = try #require(try Journal.reader(path: index.folder.journalPath))
        #expect(try journal.position().labels == 6)
        try journal.close()
        try label(index, index.folder, 906..<909)
        // The generation of a whole backup has none of the labels built in; that of the index itself has all.
        #expect(try LiveIndex(index.folder).counters.labels == (extent == .served ? 5 : 3))
        let manifest = try await IndexBuilder.rebuild(index.folder) { _ in }
        let built = extent == .served ? 5 : 9
        #expect(manifest.anomalousReadings == index.manifest.anomalousReadings + built)
    }

    @Test func aJournalAloneIsRestoredIntoItsIndexWithoutTheOldLog() async throws {
        let index = try await TestIndex.copy()
        try label(index, index.folder, 900..<903)
        let backup = try Self.bytes(of: index.folder, .journal)
        // What a killed server leaves: a log that belongs to another journal.
        for ending in ["-wal", "-shm"] {
            let path = URL(fileURLWithPath: index.folder.journalPath + ending)
            try Data(repeating: 7, count: 40_000).write(to: path)
        }
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: index.folder.journalPath))
        try Self.restore(backup, in: index.home.path, replaces: true)
        #expect(try LiveIndex(index.folder).counters.labels == 3)
        #expect(Verification(of: index.folder).problems == [])
        let nowhere = #expect(throws: IndexError.self) {
            try Self.restore(backup, as: "none", in: index.home.path)
        }
        #expect(nowhere?.code == .notFound)
    }

    @Test func aDamagedIndexIsNotBackedUp() async throws {
        let index = try await TestIndex.copy()
        let path = URL(fileURLWithPath: index.folder.path(of: 1) + "/normal.faiss")
        var bytes = try Data(contentsOf: path)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: path)
        let error = #expect(throws: IndexError.self) { try Self.bytes(of: index.folder) }
        #expect(error?.code == .damaged && error?.message.contains("normal.faiss") == true)
    }

    @Test func whatAKilledRestoreLeftIsRemovedByTheNext() async throws {
        let index = try await TestIndex.copy()
        let backup = try Self.bytes(of: index.folder)
        let indexes = try TemporaryFolder()
        let left = indexes.path(".gridkin-a1B2c3")
        try FileManager.default.createDirectory(atPath: left + "/grid", withIntermediateDirectories: true)
        try indexes.file(".gridkin-a1B2c3/.gridkin-staging", "")
        for own in [".gridkin-mine", "grid.tmp"] { try indexes.file(own, "somebody's") }
        // A folder that is only named like one.
        let tokens = indexes.path(".gridkin-tokens")
        try FileManager.default.createDirectory(atPath: tokens, withIntermediateDirectories: false)
        try indexes.file(".gridkin-tokens/own", "somebody's")
        #expect(IndexFolder.all(in: indexes.path).isEmpty)
        try Self.restore(backup, in: indexes.path)
        #expect(try indexes.names(in: "") == [".gridkin-mine", ".gridkin-tokens", "grid", "grid.tmp"])
        #expect(try indexes.names(in: ".gridkin-tokens") == ["own"])
    }
}
