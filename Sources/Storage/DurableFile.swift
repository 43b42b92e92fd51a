internal import Foundation
package import Verdicts

/// Writes files so that they are on the disk when a call returns.
package enum DurableFile {
    /// Replaces a small file whole: a reader sees the old bytes or the new ones, even after a power loss.
    ///
    /// - Throws: ``IndexError`` with `storage`.
    static func replace(_ path: String, with bytes: [UInt8]) throws(IndexError) {
        let temporary = path + ".tmp"
        try write(bytes, to: temporary)
        IndexAccess(ofFolder: (path as NSString).deletingLastPathComponent).apply(to: temporary)
        try rename(temporary, to: path)
    }

    /// Writes a new file and syncs it.
    ///
    /// - Parameter mode: who may open the file if it is new; the process's mask is taken from it.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        mode: UInt32 = 0o600
    ) throws(IndexError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw failure("creating", path) }
        defer { close(file) }
        try write(bytes, to: file, path)
        guard fsync(file) == 0 else { throw failure("syncing", path) }
    }

    /// Writes bytes to an open file.
    static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(IndexError) {
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
    }

    /// Renames within a folder and syncs the folder.
    static func rename(_ path: String, to target: String) throws(IndexError) {
        guard Foundation.rename(path, target) == 0 else { throw failure("renaming to", target) }
        try sync((target as NSString).deletingLastPathComponent)
    }

    /// Syncs a file or a folder that was written by other means. An error does not say what is there now: it
    /// may be new.
    static func sync(_ path: String) throws(IndexError) {
        let file = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw IndexError(.storage, reason("opening", path)) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw IndexError(.storage, reason("syncing", path)) }
    }

    /// The system's last error, where nothing that was there before has changed.
    static func failure(_ doing: String, _ path: String) -> IndexError {
        IndexError(.storage, reason(doing, path) + "; what was there before is untouched")
    }

    private static func reason(_ doing: String, _ path: String) -> String {
        "\(doing) \(path) failed: \(String(cString: strerror(errno)))"
    }
}
