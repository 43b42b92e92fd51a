internal import CCrypto
package import Verdicts

extension Checksum {
    /// The SHA-256 of bytes, in 64 hexadecimal digits.
    ///
    /// - Throws: ``IndexError`` with `storage` where OpenSSL has no memory left for it.
    package static func of(_ bytes: [UInt8]) throws(IndexError) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil) == 1 else {
            throw IndexError(.storage, "out of memory for a checksum; nothing was written")
        }
        return digest.prefix(Int(length)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
