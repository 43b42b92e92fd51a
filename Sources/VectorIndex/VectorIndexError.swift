/// Why an operation on an index failed, and what to do about it.
public struct VectorIndexError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being done, as in "search the index".
    public let operation: String

    /// What was wrong: our own sentence about an argument, or FAISS's message.
    public let reason: String

    /// What the caller can do.
    public let remedy: String

    /// One line for a log or a terminal.
    public var description: String { "cannot \(operation): \(reason); \(remedy)" }
}
