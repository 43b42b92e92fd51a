import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Verdicts

@Suite struct VerificationTests {
    private let files = FileManager.default

    /// The paths of a generation's files.
    private func paths(_ folder: IndexFolder) throws -> [String] {
        let path = folder.path(of: 1)
        return try files.contentsOfDirectory(atPath: path).sorted().map { path + "/" + $0 }
    }

    private func flip(_ bit: Int, of path: String) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        try handle.seek(toOffset: UInt64(bit / 8))
        let byte = try handle.read(upToCount: 1)?.first ?? 0
        try handle.seek(toOffset: UInt64(bit / 8))
        try handle.write(contentsOf: [byte ^ 1 << (bit % 8)])
    }

    @Test func aWholeIndexHasNoProblems() async throws {
        let index = try await TestIndex.copy()
        let verification = Verification(of: index.folder)
        #expect(verification.problems == [] && verification.generations == [1])
        #expect(verification.bytes > 100_000)
        // Opening and asking an index changes no byte of it.
        let live = try LiveIndex(index.folder)
        let later = index.later[0]
        _ = try live.push(later.meter, at: later.times[0], values: later.row(0))
        _ = try live.label(later.meter, at: later.times[0], as: .anomalous(kind: "spike"))
        #expect(Verification(of: index.folder).problems == [])
    }

    @Test func aFlippedBitAnywhereIsFound() async throws {
        let index = try await TestIndex.copy()
        let folder = index.folder
        var random = SplitMix64(seed: 21)
        let paths = try paths(folder)
        #expect(paths.count >= 9)
        // Each file equally often, however small, and the first and last byte of each.
        for path in paths {
            let size = try #require(try files.attributesOfItem(atPath: path)[.size] as? Int)
            let some = (0..<30).map { _ in Int.random(in: 0..<8 * size, using: &random) }
            for bit in some + [0, 7, 8 * size - 8, 8 * size - 1] {
                try flip(bit, of: path)
                #expect(!Verification(of: folder).problems.isEmpty, "bit \(bit) of \(path)")
                #expect(throws: (any Error).self) { try LiveIndex(folder) }
                try flip(bit, of: path)
            }
        }
        #expect(Verification(of: folder).problems == [])
    }

    @Test func aFlippedBitOfCurrentIsFound() async throws {
        let index = try await TestIndex.copy()
        let folder = index.folder
        var random = SplitMix64(seed: 22)
        for _ in 0..<30 {
            let bit = Int.random(in: 0..<8 * 72, using: &random)
            try flip(bit, of: folder.path + "/CURRENT")
            #expect(!Verification(of: folder).problems.isEmpty)
            try flip(bit, of: folder.path + "/CURRENT")
        }
        #expect(Verification(of: folder).problems == [])
    }

    @Test func missingFilesAreFound() async throws {
        let index = try await TestIndex.copy()
        let folder = index.folder
        for path in try paths(folder) + [folder.path + "/CURRENT"] {
            try files.moveItem(atPath: path, toPath: folder.path + "/away")
            #expect(!Verification(of: folder).problems.isEmpty, "\(path)")
            #expect(throws: (any Error).self) { try LiveIndex(folder) }
            try files.moveItem(atPath: folder.path + "/away", toPath: path)
        }
        #expect(Verification(of: folder).problems == [])
    }

    @Test func shortenedLengthenedAndSwappedFilesAreFound() async throws {
        let index = try await TestIndex.copy()
        let folder = index.folder
        let paths = try paths(folder)
        for (path, other) in zip(paths, paths.dropFirst()) {
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let others = try Data(contentsOf: URL(fileURLWithPath: other))
            for bytes in [whole.dropLast(), whole + [0], Data(), others] {
                try bytes.write(to: URL(fileURLWithPath: path))
                #expect(!Verification(of: folder).problems.isEmpty, "\(path)")
            }
            try whole.write(to: URL(fileURLWithPath: path))
        }
        #expect(Verification(of: folder).problems == [])
    }

    @Test func filesThatDoNotBelongAreFound() async throws {
        let index = try await TestIndex.copy()
        let folder = index.folder
        try Data([1]).write(to: URL(fileURLWithPath: folder.path(of: 1) + "/extra"))
        #expect(Verification(of: folder).problems.count == 1)
    }

    @Test func anAlteredJournalIsFound() async throws {
        let index = try await TestIndex.copy()
        let later = index.later[0]
        let live = try LiveIndex(index.folder)
        for reading in 0..<20 {
            _ = try live.push(later.meter, at: later.times[reading], values: later.row(reading))
        }
        _ = try live.label(later.meter, at: later.times[3], as: .normal)
        try runSQL("UPDATE label SET anomalous = 1", on: index.folder.journalPath)
        try runSQL("UPDATE reading SET time = time + 1 WHERE sequence = 5", on: index.folder.journalPath)
        #expect(Verification(of: index.folder).problems.count == 2)
    }

    @Test func nothingIsFoundOfAnIndexThatIsNotThere() throws {
        let home = try TemporaryFolder()
        let folder = try IndexFolder(in: home)
        #expect(Verification(of: folder).problems.count == 1)
        #expect(!files.fileExists(atPath: folder.path))
    }
}
