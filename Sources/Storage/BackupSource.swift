internal import Foundation
internal import Verdicts

/// One file of a backup: bytes in memory, or an open file, which can be read though its name is gone.
struct BackupSource {
    private static let chunk = 1 << 20

    let file: BackupManifest.File
    private let content: Content

    private enum Content {
        case bytes([UInt8])
        case file(FileHandle, path: String)
    }

    /// Bytes in memory.
    init(_ path: String, _ bytes: [UInt8]) throws(IndexError) {
        file = BackupManifest.File(path: path, bytes: bytes.count, sha256: try Checksum.of(bytes))
        content = .bytes(bytes)
    }

    /// A file that is opened now.
    ///
    /// - Throws: ``IndexError`` with `damaged` if it cannot be opened.
    init(_ file: BackupManifest.File, at path: String) throws(IndexError) {
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard opened >= 0 else {
            throw IndexError(.damaged, "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        self.file = file
        content = .file(FileHandle(fileDescriptor: opened, closeOnDealloc: true), path: path)
    }

    /// Reads all bytes in parts.
    ///
    /// - Throws: what `body` throws, and ``IndexError`` with `damaged` if they are not those that the size
    ///   and the checksum describe.
    func read(_ body: ([UInt8]) throws -> Void) throws {
        switch content {
        case .bytes(let bytes): try body(bytes)
        case .file(let handle, let path):
            var checksum = try Checksum()
            var count = 0
            while count <= file.bytes, let data = try handle.read(upToCount: Self.chunk), !data.isEmpty {
                let bytes = [UInt8](data)
                count += bytes.count
                checksum.add(bytes)
                if count <= file.bytes { try body(bytes) }
            }
            guard count == file.bytes, checksum.finish() == file.sha256 else {
                throw IndexError(.damaged, "\(path) has been altered; nothing was backed up")
            }
        }
    }
}
