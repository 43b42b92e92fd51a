/// Something that is wrong with an index while it goes on answering.
public struct HealthIssue: Error, Equatable, Sendable, CustomStringConvertible {
    /// What cannot be done. All kinds, the gravest first.
    public enum Kind: String, CaseIterable, Sendable {
        /// The generation that should be served cannot be; an earlier one is.
        case generation
        /// The journal takes nothing: readings wait in memory, and labels are refused.
        case writing
        /// The journal, or a meter's history, cannot be read, or not all of it: labels may not count.
        case reading
        /// Readings wait for the journal longer than promised.
        case lagging
    }

    /// The index's name.
    public let index: String
    /// What cannot be done.
    public let kind: Kind
    /// Why, naming the file.
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
