/// A request that cannot be answered: a code for the client's program and a sentence for the person behind it.
public struct RequestError: Error, Hashable, Sendable {
    /// What to decide by.
    public let code: ErrorCode

    /// What was wrong, where, and what to do. May quote the request: whatever would break a reply's line is replaced
    /// when the reply is written.
    public let sentence: String

    /// An error from its two parts.
    public init(_ code: ErrorCode, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }
}
