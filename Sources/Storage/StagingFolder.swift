internal import Foundation
internal import Verdicts

/// A folder beside something that is being made, removed with the value.
///
/// A process that is killed leaves its folder. The next one in the same place removes it: the folder of a
/// process that still runs is locked.
struct StagingFolder: ~Copyable {
    private static let prefix = ".gridkin-"
    /// The letters that `mkdtemp` puts behind the prefix.
    private static let suffixLength = 6

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
            throw failure
        }
        self.path = path
        self.lock = lock
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
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
            guard fstat(opened, &status) == 0, status.st_uid == geteuid(),
                flock(opened, LOCK_EX | LOCK_NB) == 0
            else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
