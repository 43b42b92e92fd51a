import Foundation
import IndexSupport
import Readings
import Statistics
import Storage
import TestSupport
import Testing
import Training

/// Generations altered in every way that a disk, a copy or a person can alter them: none is opened.
@Suite struct MutantTests {
    /// Two generations of one index, and the files of the first as they were written.
    private struct Original {
        let index: TestIndex
        let files: [String: Data]
        let others: [String: Data]

        init() async throws {
            index = try await TestIndex.copy()
            _ = try await IndexBuilder.rebuild(index.folder) { _ in }
            files = try Self.files(index.folder.path(of: 1))
            others = try Self.files(index.folder.path(of: 2))
        }

        /// A generation's files by their paths below its folder.
        private static func files(_ path: String) throws -> [String: Data] {
            var files: [String: Data] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
                guard !isFolder.boolValue else { continue }
                files[name] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
            }
            return files
        }

        func path(_ name: String) -> String { index.folder.path(of: 1) + "/" + name }

        /// Restores a file.
        func restore(_ name: String) throws {
            try? FileManager.default.removeItem(atPath: path(name))
            try files[name]?.write(to: URL(fileURLWithPath: path(name)))
        }
    }

    private enum Change: CaseIterable {
        case bit, byte, bytes, cutOff, lengthened, emptied, removed, ofAnotherGeneration, ofAnotherFile,
            linked
    }

    @Test func noAlteredGenerationIsOpened() async throws {
        let original = try await Original()
        let names = original.files.keys.sorted()
        var random = SplitMix64(seed: 31)
        var counts: [Change: Int] = [:]
        var (number, opened) = (0, 0)
        while number < Effort.count(quick: 1_000) {
            let name = names.randomElement(using: &random) ?? ""
            let change = Change.allCases.randomElement(using: &random) ?? .bit
            guard try alter(name, change, original, &random) else { continue }
            number += 1
            if (try? Generation(1, of: original.index.folder)) != nil {
                Issue.record("\(number): \(change) of \(name)")
                opened += 1
            }
            try original.restore(name)
            counts[change, default: 0] += 1
        }
        _ = try Generation(1, of: original.index.folder)
        let list = counts.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
        print("mutants: \(number), \(opened) opened: \(list)")
    }

    /// Alters a file.
    ///
    /// - Returns: false if nothing changes, because both generations have the same file.
    private func alter(
        _ name: String,
        _ change: Change,
        _ original: Original,
        _ random: inout SplitMix64
    ) throws -> Bool {
        let path = original.path(name)
        let whole = original.files[name] ?? Data()
        var bytes = whole
        let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
        switch change {
        case .bit where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case .byte where !bytes.isEmpty: bytes[place] = .random(in: 0...255, using: &random)
        case .bytes:
            for at in bytes.indices[place...].prefix(512) { bytes[at] = .random(in: 0...255, using: &random) }
        case .cutOff: bytes = bytes.prefix(place)
        case .lengthened: bytes.append(.random(in: 0...255, using: &random))
        case .emptied: bytes = Data()
        case .ofAnotherGeneration: bytes = original.others[name] ?? bytes
        case .ofAnotherFile: bytes = original.files.values.max { $0.count < $1.count } ?? bytes
        case .removed:
            try FileManager.default.removeItem(atPath: path)
            return true
        case .linked:
            // A link to the right bytes is refused too: it may lead to others later.
            let elsewhere = original.index.home.path("elsewhere")
            try whole.write(to: URL(fileURLWithPath: elsewhere))
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: elsewhere)
            return true
        default: return false
        }
        guard bytes != whole else { return false }
        try bytes.write(to: URL(fileURLWithPath: path))
        return true
    }
}
