internal import CCrypto
internal import Foundation
package import Verdicts

/// A file's SHA-256, in 64 hexadecimal digits, by OpenSSL, which uses the processor's own instructions for it.
package enum Checksum {
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

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
