import Foundation

/// Indexes that several tests need, built once; every test gets a copy of its own.
enum BuiltIndex {
    /// Three houses, the whole of 2023: what `docs/protocol.md` describes.
    static let demo = Result { try build("demo", houses: 1...3, hours: 0..<8_760) }
    /// Two houses, ten weeks.
    static let small = Result { try build("small", houses: 1...2, hours: 0..<1_680) }
    /// Two houses, 25 days: built anew in a tenth of a second.
    static let tiny = Result { try build("tiny", houses: 1...2, hours: 0..<600) }

    /// A fresh folder with a copy of an index.
    static func copy(_ built: Result<TestFolder, any Error>) throws -> TestFolder {
        let folder = try TestFolder()
        try FileManager.default.copyItem(atPath: built.get().indexes, toPath: folder.indexes)
        return folder
    }

    private static func build(
        _ name: String,
        houses: ClosedRange<Int>,
        hours: Range<Int>
    ) throws -> TestFolder {
        let folder = try TestFolder()
        removedAtExit.append(folder.path)
        let file = try folder.file("\(name).csv", HouseReading.file(houses: houses, hours: hours))
        try Program.succeed(["build", name, "--from", file], in: folder)
        return folder
    }

    /// What is shared is never let go of; the folders of it are to go all the same.
    private static let removedAtExit = ExitFolders()
}
