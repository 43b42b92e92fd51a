internal import CCrypto
internal import Foundation
package import Verdicts

/// A SHA-256, in 64 hexadecimal digits, by OpenSSL, which uses the processor's own instructions for it.
package struct Checksum: ~Copyable {
    private let context: OpaquePointer

    /// The checksum of nothing yet.
    ///
    /// - Throws: ``IndexError`` with `storage` where OpenSSL has no memory left for it.
    init() throws(IndexError) {
        guard let context = EVP_MD_CTX_new() else {
            throw IndexError(.storage, "out of memory for a checksum")
        }
        self.context = context
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds the first bytes of a buffer.
    mutating func add(_ bytes: [UInt8], count: Int? = nil) {
        EVP_DigestUpdate(context, bytes, count ?? bytes.count)
    }

    /// The checksum of all that was added.
    consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        EVP_DigestFinal_ex(context, &digest, &length)
        return digest.prefix(Int(length)).map(Self.hexadecimal).joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

extension Checksum {
    /// The SHA-256 of a file.
    ///
    /// - Throws: ``IndexError`` with `damaged` where the file cannot be read.
    package static func ofFile(_ path: String) throws(IndexError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw IndexError(.damaged, "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var checksum = try Checksum()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count == 0 { return checksum.finish() }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw IndexError(.damaged, "\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            checksum.add(buffer, count: count)
        }
    }

    /// The SHA-256 of bytes.
    ///
    /// - Throws: ``IndexError`` with `storage` where OpenSSL has no memory left for it.
    package static func of(_ bytes: [UInt8]) throws(IndexError) -> String {
        var checksum = try Checksum()
        checksum.add(bytes)
        return checksum.finish()
    }
}
