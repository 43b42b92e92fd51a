/// Why something of S3 is refused, as a sentence without the address.
public struct S3Error: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was found and what to do.
    public let description: String

    init(_ description: String) { self.description = description }

    /// The error for a service that gives no keys.
    public static func noKeysOffered(_ reason: String) -> S3Error {
        S3Error("the service that the environment names for keys gives none: \(reason)")
    }
}
