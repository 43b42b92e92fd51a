/// Who asks, for S3.
public struct S3Credentials: Sendable, Equatable {
    /// The access key's public part.
    public var accessKey: String
    /// The access key's secret part. It is never printed.
    public var secretKey: String
    /// The session's token, with keys that expire. It is never printed.
    public var token: String?
    /// When the keys expire, in seconds since 1970; nil for never.
    public var expiry: Int?

    /// The keys of somebody.
    public init(accessKey: String, secretKey: String, token: String? = nil, expiry: Int? = nil) {
        (self.accessKey, self.secretKey, self.token, self.expiry) = (accessKey, secretKey, token, expiry)
    }
}

extension S3Credentials: CustomStringConvertible, CustomReflectable {
    /// Says nothing that is secret.
    public var description: String { "S3Credentials(\(accessKey.prefix(4))…)" }

    /// Shows nothing that is secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
