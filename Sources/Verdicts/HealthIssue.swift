/// A problem of an index that still answers.
public struct HealthIssue: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of problem, the gravest first.
    public enum Kind: String, CaseIterable, Sendable {
        /// The generation that should be served cannot be; an earlier one is.
        case generation
        /// A file of the index was removed, replaced or damaged while it was open: pushes and labels are
        /// refused, and what other processes write does not count.
        case files
        /// The journal cannot be written, or not with all that waits: readings wait in memory, and labels are
        /// refused.
        case writing
        /// The journal or a meter's history cannot be read, or not completely: some labels may not count.
        case reading
        /// Readings wait for the journal longer than promised.
        case lagging
    }

    /// The index's name.
    public let index: String
    /// The kind of problem.
    public let kind: Kind
    /// The cause, naming the file.
    public let reason: String

    /// An issue of an index.
    public init(_ kind: Kind, of index: String, _ reason: String) {
        self.index = index
        self.kind = kind
        self.reason = reason
    }

    /// The reason, with the index's name.
    public var sentence: String { "\(index): \(reason)" }

    /// The sentence, for people.
    public var description: String { sentence }
}
