import Foundation
import Synchronization
package import TestSupport

/// Indexes that several tests need, built once; every test gets a copy of its own.
package enum BuiltIndex {
    /// Three houses, the whole of 2023: what `docs/protocol.md` describes.
    package static let demo = Result { try build("demo", houses: 1...3, hours: 0..<8_760) }
    /// Two houses, ten weeks.
    package static let small = Result { try build("small", houses: 1...2, hours: 0..<1_680) }
    /// Two houses, 25 days: built in a tenth of a second.
    package static let tiny = Result { try build("tiny", houses: 1...2, hours: 0..<600) }

    /// A fresh folder with a copy of an index.
    package static func copy(_ built: Result<TemporaryFolder, any Error>) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: built.get().indexes, toPath: folder.indexes)
        return folder
    }

    private static func build(
        _ name: String,
        houses: ClosedRange<Int>,
        hours: Range<Int>
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        removedAtExit.append(folder.path)
        let file = try folder.file("\(name).csv", HouseReading.file(houses: houses, hours: hours))
        try Program.succeed(["build", name, "--from", file], in: folder)
        return folder
    }

    /// Shared indexes are never released, but their folders must be removed in the end.
    private static let removedAtExit = ExitFolders()
}

extension TemporaryFolder {
    /// The folder of this test's indexes.
    package var indexes: String { path("indexes") }
}

/// Folders that are removed when the tests' process ends.
package final class ExitFolders: Sendable {
    private static let paths = Mutex<[String]>([])

    package init() {
        atexit {
            for path in ExitFolders.paths.withLock(\.self) {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
    }

    package func append(_ path: String) {
        Self.paths.withLock { $0.append(path) }
    }
}
