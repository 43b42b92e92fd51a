/// An address such as `s3://bucket/prefix/*.csv.gz`.
public struct S3Address: Sendable, Equatable {
    /// How such an address begins.
    public static let scheme = "s3://"

    /// The bucket's name.
    public let bucket: String

    /// What follows: a key, the beginning of keys if it ends in `/` or is empty, or a pattern.
    public let key: String

    /// Reads an address.
    ///
    /// - Throws: ``S3Error`` if it has no bucket, or one that cannot be a bucket's name.
    public init(_ text: String) throws(S3Error) {
        let rest = text.dropFirst(Self.scheme.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        bucket = String(rest[..<slash])
        key = String(rest[slash...].dropFirst())
        let isName = bucket.utf8.allSatisfy { byte in
            Percent.isUnreserved(byte) && byte != UInt8(ascii: "~")
        }
        guard text.hasPrefix(Self.scheme), isName, (3...255).contains(bucket.utf8.count) else {
            throw S3Error(
                "is not an address of S3; write s3://BUCKET/KEY, s3://BUCKET/FOLDER/ or a pattern of keys"
            )
        }
    }

    /// Whether the key is a pattern of a shell: has `*`, `?` or `[`.
    public var isPattern: Bool { key.contains { "*?[".contains($0) } }

    /// What all keys of the pattern or folder begin with.
    public var prefix: String {
        String(key.prefix { !"*?[".contains($0) })
    }
}
