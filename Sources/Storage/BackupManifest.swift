internal import Foundation
internal import Verdicts

/// What a backup holds: the first entry of its tar file, and its own checksum the second.
public struct BackupManifest: Codable, Equatable, Sendable {
    /// A file of the index.
    public struct File: Codable, Equatable, Sendable {
        /// Its path in the index's folder.
        public let path: String
        /// Its size in bytes.
        public let bytes: Int
        /// The SHA-256 of its content, in hexadecimal.
        public let sha256: String
    }

    static let currentFormat = 1
    static let name = "backup.json"
    /// The manifest's own SHA-256, in the layout of `sha256sum`.
    static let checksumName = "backup.sha256"
    static let current = "CURRENT"
    static let journal = "journal.sqlite"
    /// More is no manifest: a hundred thousand files have 15 MB.
    static let mostBytes = 64 << 20
    /// More has no index, 1 PiB in all; no sum or product of sizes overflows.
    private static let mostIndexBytes = 1 << 50
    /// The times that a tar file's header can give.
    private static let times = 0..<1 << 33

    /// Which format the backup follows.
    public var format = Self.currentFormat
    /// The index's name.
    public let index: String
    /// When the backup began, in seconds since 1970: the time of all entries of the tar file.
    public let created: Int
    /// The generation that was served; nil in a backup of the journal alone.
    public let served: Int?
    /// The generations in the backup, oldest first.
    public let generations: [Int]
    /// The files, in the order of the tar file's further entries.
    public let files: [File]

    /// Whether the backup is of the journal alone.
    public var isJournalOnly: Bool { served == nil }

    func encoded() throws(IndexError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")] } catch {
            throw IndexError(.storage, "the description of the backup cannot be written: \(error)")
        }
    }

    /// Reads a manifest.
    ///
    /// - Parameter source: the backup's path, for errors.
    /// - Throws: ``IndexError`` with `damaged`, or `unknownFormat` for one of a later version.
    init(decoding bytes: [UInt8], source: String) throws(IndexError) {
        struct Version: Decodable { let format: Int }
        let decoder = JSONDecoder()
        if let version = try? decoder.decode(Version.self, from: Data(bytes)),
            version.format != Self.currentFormat
        {
            throw IndexError(
                .unknownFormat,
                "\(source) has format \(version.format), this program reads \(Self.currentFormat); restore "
                    + "it with the version of gridkin that wrote it"
            )
        }
        guard let manifest = try? decoder.decode(Self.self, from: Data(bytes)) else {
            throw IndexError(.damaged, "the description in \(source) cannot be read; nothing was restored")
        }
        self = manifest
        if let path = files.map(\.path).first(where: { !Self.isAllowed($0) }) {
            throw IndexError(
                .damaged,
                "\(source) names a file `\(path.prefix(100))` that no index has; nothing was restored"
            )
        }
        let isWhole = isJournalOnly || files.contains { $0.path == Self.current }
        guard isWhole, Set(files.map(\.path)).count == files.count else {
            throw IndexError(
                .damaged,
                "the description in \(source) contradicts itself; nothing was restored"
            )
        }
        guard Self.times.contains(created), hasPossibleSizes else {
            throw IndexError(
                .damaged,
                "\(source) gives a time or a size that no backup has; nothing was restored"
            )
        }
    }

    private var hasPossibleSizes: Bool {
        var left = Self.mostIndexBytes
        return files.allSatisfy { file in
            guard (0...left).contains(file.bytes) else { return false }
            left -= file.bytes
            return true
        }
    }

    init(index: String, created: Int, served: Int?, generations: [Int], files: [File]) {
        self.index = index
        self.created = created
        self.served = served
        self.generations = generations
        self.files = files
    }

    /// Whether a path is one that a file of an index has: none other is ever written, wherever it would lead.
    private static func isAllowed(_ path: String) -> Bool {
        if path == current || path == journal { return true }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard parts.popFirst() == "generations", let folder = parts.popFirst(),
            let number = Int(folder), IndexFolder.folderName(number) == folder
        else { return false }
        if parts.count == 2 {
            guard parts.popFirst()?.elementsEqual(GenerationFile.second) == true else { return false }
        }
        guard parts.count == 1, let name = parts.first else { return false }
        return (try? IndexName(String(name))) != nil
    }
}
