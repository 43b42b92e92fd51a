// AWS Signature Version 4 for S3, as "Authenticating Requests: Using the Authorization Header (AWS Signature
// Version 4)" of the Amazon S3 API Reference describes it (API version 2006-03-01). S3 differs from other
// services in the path, which is encoded once and not normalised. The tests compare it with botocore's.

internal import CCrypto
internal import Glibc

extension S3Credentials {
    private static let algorithm = "AWS4-HMAC-SHA256"
    private static let emptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// The request with the headers that prove who asks.
    ///
    /// - Parameters:
    ///   - region: the bucket's, such as `eu-south-1`.
    ///   - seconds: now, since 1970; AWS accepts a clock that is wrong by up to 15 minutes.
    public func signing(_ request: S3Request, region: String, seconds: Int) -> S3Request {
        let time = Self.time(seconds)
        var signed = request
        signed.headers += [("x-amz-content-sha256", Self.emptyBody), ("x-amz-date", time)]
        if let token { signed.headers.append(("x-amz-security-token", token)) }
        let scope = "\(time.prefix(8))/\(region)/s3/aws4_request"
        let headers = Self.canonical(signed.headers + [("host", request.host)])
        let names = headers.map(\.name).joined(separator: ";")
        let canonical = [
            signed.method, signed.path.isEmpty ? "/" : signed.path, Self.canonical(query: signed.query),
            headers.map { "\($0.name):\($0.value)\n" }.joined(), names, Self.emptyBody,
        ].joined(separator: "\n")
        let text = [Self.algorithm, time, scope, Self.hexadecimal(Self.hash(canonical))].joined(
            separator: "\n"
        )
        let day = Self.code(Array("AWS4\(secretKey)".utf8), String(time.prefix(8)))
        let key = [region, "s3", "aws4_request"].reduce(day) { Self.code($0, $1) }
        let proof = Self.hexadecimal(Self.code(key, text))
        let value =
            "\(Self.algorithm) Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(proof)"
        signed.headers.append(("authorization", value))
        return signed
    }

    /// Names in small letters, sorted; blanks at the ends of a value are left out and others joined; values
    /// of one name are joined in their order.
    private static func canonical(
        _ headers: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for (name, value) in headers {
            let words = value.split { $0 == " " || $0 == "\t" }
            values[name.lowercased(), default: []].append(words.joined(separator: " "))
        }
        return values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { ($0.key, $0.value.joined(separator: ",")) }
    }

    /// The parts sorted by name, then value; a name alone gets `=`.
    private static func canonical(query: String) -> String {
        let parts = query.split(separator: "&").map { (part: Substring) in
            let mark = part.firstIndex(of: "=") ?? part.endIndex
            return (name: part[..<mark], value: part[mark...].dropFirst())
        }
        return parts.sorted { left, right in
            left.name == right.name
                ? left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
                : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// `20240131T235959Z`.
    private static func time(_ seconds: Int) -> String {
        var (moment, parts) = (time_t(seconds), tm())
        gmtime_r(&moment, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y%m%dT%H%M%SZ", &parts)
        return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func hash(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        return digest
    }

    /// HMAC-SHA256 (RFC 2104).
    private static func code(_ key: [UInt8], _ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
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
