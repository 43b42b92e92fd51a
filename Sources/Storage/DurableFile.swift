internal import Foundation
package import Verdicts

/// Writing that is on the disk when it returns.
package enum DurableFile {
    /// Replaces a small file whole: a reader sees the old bytes or the new ones, even after a power loss.
    ///
    /// - Throws: ``IndexError`` with `storage`.
    static func replace(_ path: String, with bytes: [UInt8]) throws(IndexError) {
        let temporary = path + ".tmp"
        try write(bytes, to: temporary)
        try rename(temporary, to: path)
    }

    /// Writes a new file and syncs it.
    package static func write(_ bytes: [UInt8], to path: String) throws(IndexError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("creating", path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.write(file, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("writing", path)
            }
            written += count
        }
        guard fsync(file) == 0 else { throw failure("syncing", path) }
    }

    /// Renames within a folder and syncs the folder.
    static func rename(_ path: String, to target: String) throws(IndexError) {
        guard Foundation.rename(path, target) == 0 else { throw failure("renaming to", target) }
        try sync((target as NSString).deletingLastPathComponent)
    }

    /// Syncs a file or a folder that somebody else has written.
    static func sync(_ path: String) throws(IndexError) {
        let file = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("opening", path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("syncing", path) }
    }

    static func failure(_ doing: String, _ path: String) -> IndexError {
        let reason = String(cString: strerror(errno))
        return IndexError(.storage, "\(doing) \(path) failed: \(reason); what was there before is untouched")
    }
}
