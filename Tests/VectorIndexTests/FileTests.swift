import Foundation
import Statistics
import TestSupport
import Testing
import VectorIndex

/// Writing and reading files.
@Suite struct FileTests {
    private func path() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).faiss").path
    }

    private func index(seed: Int, ivf: Bool) throws -> VectorIndex {
        var seeded = SplitMix64(seed: 31)
        let rows = seeded.rows(5000, dimension: 9)
        var index =
            ivf
            ? try VectorIndex(ivfDimension: 9, lists: 13, trainingRows: rows, seed: seed)
            : try VectorIndex(flatDimension: 9)
        try index.add(rows)
        return index
    }

    @Test(arguments: [true, false])
    func readsWhatItWrote(ivf: Bool) throws {
        let path = path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let written = try index(seed: 4, ivf: ivf)
        try written.write(to: path)
        let read = try VectorIndex(verifiedFile: path)
        var seeded = SplitMix64(seed: 32)
        let queries = seeded.rows(20, dimension: 9)
        #expect(read.kind == written.kind)
        #expect(read.count == 5000)
        #expect(read.dimension == 9)
        #expect(try read.row(4999) == written.row(4999))
        #expect(try read.search(queries, k: 7) == written.search(queries, k: 7))
    }

    @Test(arguments: [true, false])
    func growsAfterReading(ivf: Bool) throws {
        let path = path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try index(seed: 4, ivf: ivf).write(to: path)
        var read = try VectorIndex(verifiedFile: path)
        let row = [Float](repeating: 5, count: 9)
        try read.add(row)
        #expect(try read.row(5000) == row)
        #expect(try read.search(row, k: 1)[query: 0] == [FoundRow(row: 5000, squaredDistance: 0)])
    }

    @Test func writesTheSameBytesForTheSameSeed() throws {
        let paths = [path(), path(), path()]
        defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
        for (path, seed) in zip(paths, [4, 4, 5]) { try index(seed: seed, ivf: true).write(to: path) }
        let bytes = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        #expect(bytes[0] == bytes[1])
        #expect(bytes[0] != bytes[2])
    }

    @Test func refusesWhatIsNotAnIndex() throws {
        let path = path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: VectorIndexError.self) { _ = try VectorIndex(verifiedFile: path) }
        for bytes in [Data(), Data("IxF2".utf8), Data("not an index at all".utf8)] {
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(throws: VectorIndexError.self) { _ = try VectorIndex(verifiedFile: path) }
        }
    }

    @Test(arguments: [true, false])
    func refusesAFileCutShort(ivf: Bool) throws {
        let path = path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try index(seed: 4, ivf: ivf).write(to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in stride(from: 0, to: bytes.count, by: 997) {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(throws: VectorIndexError.self) { _ = try VectorIndex(verifiedFile: path) }
        }
    }

    /// FAISS alone would only print a message to stderr.
    @Test func noticesAFullDisk() throws {
        let index = try index(seed: 4, ivf: false)
        let small = try VectorIndex(flatDimension: 1)  // fits into the buffer, so that only closing can fail
        #expect(throws: VectorIndexError.self) { try index.write(to: "/dev/full") }
        #expect(throws: VectorIndexError.self) { try small.write(to: "/dev/full") }
        #expect(throws: VectorIndexError.self) { try index.write(to: "/nonexistent/folder/file") }
    }
}
