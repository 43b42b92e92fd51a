internal import Foundation
public import Tasks
internal import Verdicts

/// Copies an index into one file while a server writes to it and builds publish generations.
///
/// The file is a plain tar archive: `NAME/backup.json` (``BackupManifest``) and its checksum, then `CURRENT`,
/// the generations and the journal, under `NAME/`. What `tar -xf` unpacks is an index.
///
/// The generations' files are opened first, so that they can be read to the end even if a build removes them.
/// The journal is copied after that, in one transaction: it holds all that the generations were built from,
/// and everything acknowledged as being on the disk before the call.
public struct Backup: ~Copyable {
    /// What is copied.
    public enum Extent: Sendable {
        /// The served generation and the journal.
        case served
        /// All generations and the journal.
        case allGenerations
        /// The journal alone.
        case journal
    }

    /// What the backup holds.
    public let manifest: BackupManifest
    /// What was found that is no reason to refuse the backup, a sentence each.
    public let notes: [String]
    private let sources: [BackupSource]
    private let staging: StagingFolder

    /// Opens everything, and copies the journal.
    ///
    /// - Parameter temporary: a folder with room for a copy of the journal.
    /// - Throws: ``IndexError`` with `damaged` where a file was altered, `notFound` or `storage`;
    ///   ``CatalogError`` where the journal cannot be read.
    public init(
        of folder: IndexFolder,
        _ extent: Extent = .served,
        temporary: String,
        report: ProgressReport = { _ in }
    ) throws {
        let created = Int(Date().timeIntervalSince1970)
        let opened = extent == .journal ? nil : try OpenedGenerations(folder, all: extent == .allGenerations)
        let staging = try StagingFolder(in: temporary)
        report(TaskProgress("copying the journal", done: 0, total: 1))
        let journal = try JournalCopy(of: folder, in: staging.path)
        if extent == .journal, journal == nil {
            throw IndexError(.notFound, "nothing was ever pushed to `\(folder.name)` or labelled in it")
        }
        report(TaskProgress("copying the journal", done: 1, total: 1))
        let sources = (opened?.sources ?? []) + [journal?.source].compactMap(\.self)
        manifest = BackupManifest(
            index: folder.name.text,
            created: created,
            served: opened?.served,
            generations: opened?.numbers ?? [],
            files: sources.map(\.file)
        )
        notes = journal?.notes ?? []
        self.sources = sources
        self.staging = staging
    }

    /// Writes the archive, and compares every file with its checksum on the way.
    ///
    /// - Parameter write: takes the next bytes.
    /// - Throws: what `write` throws, and ``IndexError`` with `damaged` where a file was altered: what was
    ///   written is then no backup.
    public func write(report: ProgressReport = { _ in }, to write: ([UInt8]) throws -> Void) throws {
        let description = try manifest.encoded()
        let checksum = try Checksum.of(description) + "  \(BackupManifest.name)\n"
        func add(_ name: String, _ bytes: [UInt8]) throws {
            let entry = manifest.entry(name, bytes.count)
            try write(entry.header + bytes + entry.padding)
        }
        try add(BackupManifest.name, description)
        try add(BackupManifest.checksumName, Array(checksum.utf8))
        let total = manifest.files.reduce(0) { $0 + $1.bytes }
        var done = 0
        for source in sources {
            let entry = manifest.entry(source.file.path, source.file.bytes)
            try write(entry.header)
            try source.read { bytes in
                try write(bytes)
                done += bytes.count
                report(TaskProgress("copying", done: done, total: total))
            }
            try write(entry.padding)
        }
        try write([UInt8](repeating: 0, count: 2 * BackupEntry.block))
    }
}

/// The generations that a backup needs, with all their files open.
private struct OpenedGenerations {
    let served: Int
    let numbers: [Int]
    let sources: [BackupSource]

    /// A build may remove a generation while its files are opened; then others are there, and it is tried
    /// again.
    init(_ folder: IndexFolder, all: Bool) throws(IndexError) {
        for _ in 0..<Self.attempts {
            if let opened = try? OpenedGenerations(once: folder, all: all) {
                self = opened
                return
            }
        }
        self = try OpenedGenerations(once: folder, all: all)
    }

    private static let attempts = 3

    private init(once folder: IndexFolder, all: Bool) throws(IndexError) {
        served = try folder.current()
        let line = try folder.currentLine(naming: served)
        numbers = all ? folder.generations() : [served]
        var sources = [try BackupSource(BackupManifest.current, Array(line.utf8))]
        for number in numbers { sources += try Self.sources(of: number, in: folder) }
        self.sources = sources
    }

    private static func sources(of number: Int, in folder: IndexFolder) throws(IndexError) -> [BackupSource] {
        let files = folder.files(of: number)
        let bytes = try Generation.bytes(files.manifest)
        let manifest = try Manifest(decoding: bytes, path: files.manifest)
        let checksum = try GenerationFile.manifestChecksum(Checksum.of(bytes))
        guard try Generation.bytes(files.manifestChecksum) == Array(checksum.utf8) else {
            throw IndexError(
                .damaged,
                "\(files.manifest) has been altered, or its checksum has; nothing was backed up"
            )
        }
        let place = "generations/" + IndexFolder.folderName(number) + "/"
        var sources = [
            try BackupSource(place + GenerationFile.manifest, bytes),
            try BackupSource(place + GenerationFile.manifestChecksum, Array(checksum.utf8)),
        ]
        for (name, file) in manifest.files.sorted(by: { $0.key < $1.key }) {
            let described = BackupManifest.File(path: place + name, bytes: file.bytes, sha256: file.sha256)
            sources.append(try BackupSource(described, at: files.path(of: name)))
        }
        return sources
    }
}

/// A copy of the journal in a file of its own.
private struct JournalCopy {
    let source: BackupSource
    /// Rows that were altered on the disk; they are in the copy as they are.
    let notes: [String]

    /// nil if there is no journal.
    init?(of folder: IndexFolder, in staging: String) throws {
        guard let journal = try Journal.reader(path: folder.journalPath) else { return nil }
        let path = staging + "/" + BackupManifest.journal
        try journal.copy(to: path)
        try journal.close()
        guard let copy = try Journal.reader(path: path) else { return nil }
        if let problem = try copy.check().first {
            throw IndexError(
                .damaged,
                "\(folder.journalPath) is damaged (\(problem)); nothing was backed up; see the section When "
                    + "something is wrong of docs/operations.md"
            )
        }
        try copy.close()
        notes = copy.alteredRows.map {
            "\($0) of the journal was altered on the disk; the backup has it as it is"
        }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        let file = BackupManifest.File(
            path: BackupManifest.journal,
            bytes: size,
            sha256: try Checksum.ofFile(path)
        )
        source = try BackupSource(file, at: path)
    }
}
