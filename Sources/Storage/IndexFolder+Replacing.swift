internal import Foundation
internal import Verdicts

extension IndexFolder {
    /// Gives a folder that is complete this index's name, which no folder has.
    ///
    /// - Throws: ``IndexError`` with `busy` if a build has made one meanwhile.
    func take(_ complete: String) throws(IndexError) {
        guard rename(complete, path) == 0 else {
            guard errno == ENOTEMPTY || errno == EEXIST else {
                throw DurableFile.failure("renaming to", path)
            }
            throw IndexError(.busy, "\(path) was made by another process meanwhile; nothing was restored")
        }
    }

    /// Puts a folder that is complete in the place of this index's, and the old one in its place.
    ///
    /// In one step, where the file system can: else the old folder is `NAME.replaced` for an instant, which
    /// is an index itself.
    func exchange(with complete: String) throws(IndexError) {
        if Self.exchange(path, complete) { return }
        let aside = path + ".replaced"
        guard rename(path, aside) == 0 else { throw DurableFile.failure("renaming to", aside) }
        guard rename(complete, path) == 0 else {
            let failure = DurableFile.failure("renaming to", path)
            _ = rename(aside, path)
            throw failure
        }
        _ = rename(aside, complete)
    }

    /// Linux's `renameat2`, which Swift does not import.
    private static func exchange(_ first: String, _ second: String) -> Bool {
        typealias Rename =
            @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
        guard let symbol = dlsym(nil, "renameat2") else { return false }
        let exchange: UInt32 = 1 << 1
        return unsafeBitCast(symbol, to: Rename.self)(AT_FDCWD, first, AT_FDCWD, second, exchange) == 0
    }

    /// Links all files but the journal, the locks, and what is derived from the journal into another folder:
    /// they are never changed, only replaced.
    func linkAllButJournal(into folder: String) throws(IndexError) {
        let journal = BackupManifest.journal
        let left = [
            journal, journal + "-wal", journal + "-shm", "serving.lock", "writing.lock", Self.embeddings,
        ]
        do {
            for name in try FileManager.default.subpathsOfDirectory(atPath: path).sorted() {
                guard !left.contains(where: { name == $0 || name.hasPrefix($0 + "/") }) else { continue }
                var status = stat()
                guard lstat(path + "/" + name, &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR {
                    try FileManager.default.createDirectory(
                        atPath: folder + "/" + name,
                        withIntermediateDirectories: true
                    )
                } else if link(path + "/" + name, folder + "/" + name) != 0 {
                    try FileManager.default.copyItem(atPath: path + "/" + name, toPath: folder + "/" + name)
                }
            }
        } catch {
            throw IndexError(.storage, "cannot copy \(path) to \(folder): \(error.localizedDescription)")
        }
    }

    /// Gives all files and folders their modes and syncs them.
    func settle(as access: IndexAccess) throws(IndexError) {
        // The folder itself last: without its mode, nobody else reaches what is in it.
        for path in everything.reversed() {
            access.apply(to: path)
            try DurableFile.sync(path)
        }
    }
}
