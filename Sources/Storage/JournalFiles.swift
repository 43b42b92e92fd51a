internal import Foundation

/// The files of an open journal, by what they were when it was opened.
///
/// SQLite goes on with files that were removed or replaced: it answers from them, and writes into nowhere.
/// Nothing is opened here: closing any descriptor of a file takes SQLite's locks of it away.
struct JournalFiles: Sendable {
    private let path: String
    private let opened: [FileIdentity?]
    private let content: Content?
    private let isImmutable: Bool

    /// What shows that a file that is said not to change has changed.
    private struct Content: Equatable {
        let size: Int64
        let changed: Int64
    }

    private static let suffixes = ["", "-wal", "-shm"]

    /// The files at a journal's path now.
    ///
    /// - Parameter isImmutable: whether SQLite was told that they will not change.
    init(at path: String, isImmutable: Bool = false) {
        self.path = path
        self.isImmutable = isImmutable
        opened = Self.suffixes.map { FileIdentity(path: path + $0) }
        content = Self.content(path)
    }

    /// What has happened to one of them since; nil if nothing has.
    var change: String? {
        for (suffix, opened) in zip(Self.suffixes, opened) {
            let now = FileIdentity(path: path + suffix)
            guard let opened, now != opened else { continue }
            return "\(path)\(suffix) was \(now == nil ? "removed" : "replaced by another file") "
                + "while the journal was open"
        }
        guard isImmutable else { return nil }
        let hasLog = Self.content(path + "-wal").map { $0.size > 0 } ?? false
        return hasLog || Self.content(path) != content ? "\(path) has changed" : nil
    }

    private static func content(_ path: String) -> Content? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let changed = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return Content(size: Int64(status.st_size), changed: changed)
    }
}

/// Why an open journal is no longer the one that was opened.
struct JournalDamage: Error, CustomStringConvertible {
    let description: String
}
