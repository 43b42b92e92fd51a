internal import Foundation
internal import Verdicts

/// A folder beside something that is being made, removed with the value.
///
/// A process that is killed leaves its folder. The next one in the same place removes it: the folder of a
/// process that still runs is locked. A folder that happens to have such a name stays: one that is removed
/// holds a file that is made with it. (So one that was killed before it had made the file leaves an empty
/// folder.)
struct StagingFolder: ~Copyable {
    private static let prefix = ".gridkin-"
    /// The letters that `mkdtemp` puts behind the prefix.
    private static let suffixLength = 6
    /// An empty file in every such folder. No index has that name.
    private static let marker = ".gridkin-staging"

    let path: String
    private let lock: Int32

    /// Makes a folder, open to this user alone, in another folder.
    ///
    /// - Throws: ``IndexError`` with `storage`.
    init(in folder: String) throws(IndexError) {
        Self.removeLeftovers(in: folder)
        var template = Array((folder + "/" + Self.prefix + "XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw DurableFile.failure("making a folder in", folder) }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let failure = DurableFile.failure("locking", path)
            close(lock)
            rmdir(path)
            throw failure
        }
        let marker = open(path + "/" + Self.marker, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard marker >= 0 else {
            let failure = DurableFile.failure("making a file in", path)
            rmdir(path)
            close(lock)
            throw failure
        }
        close(marker)
        self.path = path
        self.lock = lock
    }

    deinit {
        Self.remove(path)
        if lock >= 0 { close(lock) }
    }

    private static func removeLeftovers(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names
        where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + suffixLength {
            let path = folder + "/" + name
            let opened = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard opened >= 0 else { continue }
            defer { close(opened) }
            var status = stat()
            guard fstat(opened, &status) == 0, status.st_uid == geteuid(), isMarked(path),
                flock(opened, LOCK_EX | LOCK_NB) == 0
            else { continue }
            remove(path)
        }
    }

    private static func isMarked(_ path: String) -> Bool {
        var status = stat()
        return lstat(path + "/" + marker, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && status.st_uid == geteuid() && status.st_size == 0
    }

    /// Removes a folder and all that is in it, the marker last: what a kill leaves of it is still known.
    private static func remove(_ path: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where name != marker {
            guard (try? FileManager.default.removeItem(atPath: path + "/" + name)) != nil else { return }
        }
        unlink(path + "/" + marker)
        rmdir(path)
    }
}
