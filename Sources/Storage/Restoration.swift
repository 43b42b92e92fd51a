public import Foundation
public import Tasks
internal import Verdicts

/// Puts a backup in the place of an index.
///
/// Everything is unpacked into a folder beside, verified as `gridkin verify` does, and synced; then the
/// folder gets the index's name in one step. Until then there is the old index or none, from then on the new
/// one, at whatever instant the process ends.
public struct Restoration {
    /// The index.
    public let folder: IndexFolder
    /// What the backup held.
    public let manifest: BackupManifest
    /// What was found that is no reason to refuse the backup, a sentence each.
    public let notes: [String]

    /// Restores a backup.
    ///
    /// - Parameters:
    ///   - source: the backup, a file or a pipe.
    ///   - path: its path, for errors.
    ///   - name: the index's name; nil for the one it had.
    ///   - indexes: the folder of all indexes.
    ///   - replaces: whether an index of this name, or its journal, may be replaced.
    /// - Throws: ``IndexError`` with `damaged` or `unknownFormat` if the backup cannot be used, `busy` if the
    ///   index is being served or built, `badRequest` if it may not be replaced, `storage`; ``CatalogError``.
    public init(
        from source: FileHandle,
        _ path: String,
        as name: IndexName?,
        in indexes: String,
        replaces: Bool,
        report: ProgressReport = { _ in }
    ) throws {
        let reader = try BackupReader(source, name: path)
        let (manifest, total) = (reader.manifest, reader.manifest.files.reduce(0) { $0 + $1.bytes })
        let folder = IndexFolder(try name ?? IndexName(manifest.index), in: indexes)
        let isThere = try Self.check(folder, manifest, replaces: replaces)
        // No process may serve or build the index that is replaced.
        let locks = try isThere ? [.writing, .serving].map { try IndexLock(folder, for: $0) } : []
        defer { for lock in locks { lock.release() } }
        let staging = try Self.staging(in: indexes)
        let staged = IndexFolder(folder.name, in: staging.path)
        try Self.makeFolders(for: manifest, in: staged)
        try reader.unpack(into: staged.path) { report(TaskProgress("unpacking", done: $0, total: total)) }
        if manifest.isJournalOnly { try folder.linkAllButJournal(into: staged.path) }
        let old = isThere ? try? Journal.reader(path: folder.journalPath)?.position() : nil
        let note = try Self.number(staged, after: old ?? .start)
        notes = try Self.verify(staged, manifest, report) + [note].compactMap(\.self)
        // A connection that only reads leaves SQLite's log beside the file; one that may write takes it away.
        if staged.hasJournal { try Journal(path: staged.journalPath).close() }
        if !isThere { IndexAccess.adopt(staged.path, asIn: indexes) }
        try staged.settle(as: IndexAccess(ofFolder: isThere ? folder.path : staged.path))
        try isThere ? folder.exchange(with: staged.path) : folder.take(staged.path)
        try Self.sync(indexes, folder)
        self.folder = folder
        self.manifest = manifest
    }

    /// Whether there is an index of this name already.
    ///
    /// - Throws: ``IndexError`` if the backup may not take its place.
    private static func check(
        _ folder: IndexFolder,
        _ manifest: BackupManifest,
        replaces: Bool
    ) throws(IndexError) -> Bool {
        try folder.requireInside()
        let isThere = FileManager.default.fileExists(atPath: folder.path)
        if manifest.isJournalOnly, !isThere {
            throw IndexError(
                .notFound,
                "there is no index `\(folder.name)`, and the backup holds a journal alone; restore or build "
                    + "the index first"
            )
        }
        if isThere, !replaces, !manifest.isJournalOnly || folder.hasJournal {
            let what = manifest.isJournalOnly ? "a journal of `\(folder.name)`" : "an index `\(folder.name)`"
            throw IndexError(
                .badRequest,
                "there is \(what) already; give --replace to put the backup in its place, "
                    + "or restore it under another name: gridkin restore FILE NAME"
            )
        }
        return isThere
    }

    private static func staging(in indexes: String) throws -> StagingFolder {
        do {
            try FileManager.default.createDirectory(atPath: indexes, withIntermediateDirectories: true)
        } catch {
            throw IndexError(.storage, "cannot make \(indexes): \(error.localizedDescription)")
        }
        return try StagingFolder(in: indexes)
    }

    /// Syncs the folder of all indexes, in which the restored one has its name already.
    private static func sync(_ indexes: String, _ folder: IndexFolder) throws(IndexError) {
        do { try DurableFile.sync(indexes) } catch {
            throw IndexError(
                .storage,
                "`\(folder.name)` was restored, but a power loss may undo it: \(error.message)"
            )
        }
    }

    private static func makeFolders(for manifest: BackupManifest, in staged: IndexFolder) throws(IndexError) {
        let folders = Set(manifest.files.map { ($0.path as NSString).deletingLastPathComponent })
        try IndexAccess.makeFolder(staged.path)
        do {
            for folder in folders.sorted() where !folder.isEmpty {
                try FileManager.default.createDirectory(
                    atPath: staged.path + "/" + folder,
                    withIntermediateDirectories: true
                )
            }
        } catch {
            throw IndexError(.storage, "cannot make \(staged.path): \(error.localizedDescription)")
        }
    }

    /// Verifies what was unpacked; of a journal alone only the journal, as it may be restored because the
    /// rest is damaged too.
    ///
    /// - Returns: notes on altered rows: they were so when the backup was made, and the rest counts.
    private static func verify(
        _ staged: IndexFolder,
        _ manifest: BackupManifest,
        _ report: ProgressReport
    ) throws -> [String] {
        var verification = Verification()
        if manifest.isJournalOnly {
            verification.checkJournal(staged)
        } else {
            verification = Verification(of: staged, report: report)
        }
        if let problem = verification.damage.first {
            throw IndexError(.damaged, "the index in the backup is damaged, and was not restored: \(problem)")
        }
        return verification.alteredRows.map { $0.replacing(staged.path + "/", with: "") }
    }

    /// Makes the journal's next numbers begin after everything that was ever numbered: what the generations
    /// were built from, and what the replaced journal held.
    ///
    /// - Returns: a note if a generation was built from more than the journal holds.
    private static func number(_ staged: IndexFolder, after old: JournalPosition) throws -> String? {
        // A damaged generation has no say: a journal alone may be restored because of it.
        let built = staged.generations().reduce(JournalPosition.start) { built, generation in
            built.later((try? Manifest(ofGeneration: generation, in: staged).journal) ?? .start)
        }
        guard staged.hasJournal || old.later(built) != .start else { return nil }
        let journal = try Journal(path: staged.journalPath)
        let isShort = try !journal.position().reaches(built)
        try journal.advance(to: old.later(built))
        try journal.close()
        guard isShort else { return nil }
        return
            "the index was built from labels or readings that are not in the journal of the backup; they are "
            + "in its generations, and in no later one that is built from files"
    }
}
