internal import Foundation
package import Verdicts

/// Who may open the files of an index: the owner of its folder, and the folder's group where the folder was
/// opened to it; never others.
///
/// A file that someone can open can be locked by them, and a locked journal or lock file stops the owner. So
/// everything is made 0700 or 0600, whatever the process's mask. An operator shares an index with a group by
/// the mode of its folder, such as 2770: files then have the folder's bits for the group.
///
/// A folder that is open to others too, such as 0755, is one that an earlier version made: its group was not
/// chosen, and does not count unless the folder passes its group on (`g+s`).
package struct IndexAccess {
    /// The mode of folders.
    let folderMode: mode_t
    /// The mode of files.
    let fileMode: mode_t
    private let owner: uid_t
    private let group: gid_t

    /// The access that the folder of an index gives; its owner's alone if there is no such folder.
    init(ofFolder path: String) {
        var status = stat()
        let mode = stat(path, &status) == 0 ? status.st_mode : 0o700
        let isShared = mode & 0o007 == 0 || mode & S_ISGID != 0
        let groupBits = isShared ? mode & 0o070 : 0
        folderMode = 0o700 | groupBits | (groupBits == 0 ? 0 : mode & S_ISGID)
        fileMode = 0o600 | groupBits & 0o060
        (owner, group) = (status.st_uid, status.st_gid)
    }

    /// Gives a file or folder its mode, and, if root made it, the owner of the index: a rebuild by root must
    /// leave an index that its server can read. What belongs to someone else is left as it is.
    ///
    /// - Returns: whether anyone could open it who no longer can.
    @discardableResult
    func apply(to path: String) -> Bool {
        // Never through a descriptor: closing one would drop SQLite's locks on the journal.
        guard let found = Self.status(path) else { return false }
        let isWide = isTooWide(found)
        let mode = found.st_mode & S_IFMT == S_IFDIR ? folderMode : fileMode
        if geteuid() == 0, found.st_uid != owner { lchown(path, owner, group) }
        if found.st_gid != group, mode & 0o070 != 0 { lchown(path, uid_t.max, group) }
        if found.st_mode & 0o7777 == mode { return false }
        return chmod(path, mode) == 0 && isWide
    }

    /// Whether someone may open a file or folder who should not.
    func isTooWide(_ path: String) -> Bool { Self.status(path).map(isTooWide) ?? false }

    private func isTooWide(_ status: stat) -> Bool {
        let mode = status.st_mode & S_IFMT == S_IFDIR ? folderMode : fileMode
        return status.st_mode & 0o077 & ~mode != 0
    }

    /// What is at a path; nil for a link or anything else that is neither a file nor a folder.
    private static func status(_ path: String) -> stat? {
        var status = stat()
        guard lstat(path, &status) == 0, [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else {
            return nil
        }
        return status
    }

    /// Makes the folder of a new index, open to its owner alone: the process's user, or, for root, the owner
    /// of the folder of all indexes.
    ///
    /// - Throws: ``IndexError`` with `storage`.
    package static func makeFolder(_ path: String) throws(IndexError) {
        let parent = (path as NSString).deletingLastPathComponent
        if mkdir(path, 0o700) == 0 { return adopt(path, asIn: parent) }
        if errno == EEXIST { return }
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw IndexError(.storage, "cannot make \(parent): \(error.localizedDescription)")
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw IndexError(.storage, "cannot make \(path): \(String(cString: strerror(errno)))")
        }
        adopt(path, asIn: parent)
    }

    /// Closes the folder of a new index to all but its owner: the process's user, or, for root, the owner of
    /// the folder of all indexes, wherever the new one lies until it is complete.
    static func adopt(_ path: String, asIn indexes: String) {
        var parent = stat()
        // Not the mode alone: a mask may have taken even the owner's bits.
        chmod(path, 0o700)
        guard geteuid() == 0, stat(indexes, &parent) == 0 else { return }
        if parent.st_uid != 0 { lchown(path, parent.st_uid, parent.st_gid) }
    }

    /// Makes an empty file if there is none, so that whatever opens it next, such as SQLite, does not choose
    /// its mode.
    static func makeFile(_ path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        close(file)
        IndexAccess(ofFolder: (path as NSString).deletingLastPathComponent).apply(to: path)
    }
}

extension IndexFolder {
    /// Takes from all files and folders of the index what ``IndexAccess`` does not give, and gives what it
    /// does.
    ///
    /// - Returns: the paths that others could open and no longer can.
    @discardableResult
    public func restrictAccess() -> [String] {
        let access = IndexAccess(ofFolder: path)
        return everything.filter { access.apply(to: $0) }
    }

    /// The paths that others may open: read, or lock.
    public func openToOthers() -> [String] {
        let access = IndexAccess(ofFolder: path)
        // Nothing in a closed folder can be reached.
        guard access.isTooWide(path) else { return [] }
        return everything.filter(access.isTooWide)
    }

    /// The folder of the index and all that is in it.
    var everything: [String] {
        let inside = FileManager.default.subpaths(atPath: path) ?? []
        return [path] + inside.sorted().map { path + "/" + $0 }
    }
}
