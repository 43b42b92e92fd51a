// As Stripe signs its webhooks (https://docs.stripe.com/webhooks#verify-manually): the time is signed too, so
// that a receiver can refuse what was recorded long ago. A delivery that is tried again has a new signature.

internal import CCrypto

/// Proves who sends a body.
enum Signature {
    /// The value of the header: `t=SECONDS,v1=HEXADECIMAL`.
    ///
    /// - Parameters:
    ///   - body: the bytes that are sent.
    ///   - secret: the key that both sides know.
    ///   - seconds: now, since 1970.
    static func header(of body: some Collection<UInt8>, secret: [UInt8], seconds: Int64) -> String {
        let code = code(Array("\(seconds).".utf8) + body, key: secret)
        return "t=\(seconds),v1=\(hexadecimal(code))"
    }

    /// HMAC-SHA256 (RFC 2104).
    private static func code(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &digest, nil)
        return digest
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
