internal import CCrypto
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

    /// Syncs a file or a folder that was written by other means.
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

/// A file's SHA-256, in 64 hexadecimal digits, by OpenSSL, which uses the processor's own instructions for
/// it.
package enum Checksum {
    /// The SHA-256 of a file.
    ///
    /// - Throws: ``IndexError`` with `damaged` where the file cannot be read.
    package static func ofFile(_ path: String) throws(IndexError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw IndexError(.damaged, "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        guard let context = EVP_MD_CTX_new() else {
            throw IndexError(.damaged, "out of memory for a checksum")
        }
        defer { EVP_MD_CTX_free(context) }
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw IndexError(.damaged, "\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            EVP_DigestUpdate(context, buffer, count)
        }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        EVP_DigestFinal_ex(context, &digest, &length)
        return digest.prefix(Int(length)).map(hexadecimal).joined()
    }

    /// The SHA-256 of bytes, in 64 hexadecimal digits.
    ///
    /// - Throws: ``IndexError`` with `storage` where OpenSSL has no memory left for it.
    package static func of(_ bytes: [UInt8]) throws(IndexError) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil) == 1 else {
            throw IndexError(.storage, "out of memory for a checksum; nothing was written")
        }
        return digest.prefix(Int(length)).map(hexadecimal).joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
