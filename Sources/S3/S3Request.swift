/// A request to S3 without a body.
public struct S3Request: Sendable {
    /// `GET` or `HEAD`.
    public var method: String
    /// The host, with a port that is not the scheme's own.
    public var host: String
    /// The path, percent-encoded.
    public var path: String
    /// The query, percent-encoded, without `?`.
    public var query: String
    /// All other headers that are sent and signed.
    public var headers: [(name: String, value: String)]

    /// A request.
    public init(
        method: String = "GET",
        host: String,
        path: String,
        query: String = "",
        headers: [(name: String, value: String)] = []
    ) {
        (self.method, self.host, self.path, self.query, self.headers) = (method, host, path, query, headers)
    }
}
