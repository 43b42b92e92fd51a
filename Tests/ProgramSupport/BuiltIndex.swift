import Foundation
package import TestSupport

/// Indexes that several tests need, built once; every test gets a copy of its own.
package enum BuiltIndex {
    /// Three houses, the whole of 2023: what `docs/protocol.md` describes.
    package static let demo = Result { try build("demo", houses: 1...3, hours: 0..<8_760) }
    /// Two houses, ten weeks.
    package static let small = Result { try build("small", houses: 1...2, hours: 0..<1_680) }
    /// Two houses, 25 days: built anew in a tenth of a second.
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

    /// What is shared is never let go of; the folders of it are to go all the same.
    private static let removedAtExit = ExitFolders()
}
