/// Something that is wrong with an index while it goes on answering.
public struct Trouble: Error, Equatable, Sendable, CustomStringConvertible {
    /// What cannot be done.
    public enum Kind: String, CaseIterable, Sendable {
        /// The generation that should be served cannot be; an earlier one is.
        case generation
        /// The journal takes nothing: readings wait in memory, and labels are refused.
        case writing
        /// The journal, or a meter's history, cannot be read, or not all of it: labels of other processes may not be seen.
        case reading
    }

    /// What cannot be done.
    public let kind: Kind
    /// Why, naming the file.
    public let reason: String

    /// A trouble of a kind, with its sentence.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// The sentence, for people.
    public var description: String { reason }
}
