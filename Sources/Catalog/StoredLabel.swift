/// A label as SQLite keeps it: an integer and a word.
public struct StoredLabel: Hashable, Sendable {
    /// Whether it says anomalous; normal otherwise.
    public let isAnomalous: Bool
    /// The kind of anomaly, where it was given.
    public let kind: String?
    /// Whether a person gave it, rather than the data set: it then weighs more.
    public let isFromPerson: Bool

    /// A label to keep.
    public init(isAnomalous: Bool, kind: String?, isFromPerson: Bool = false) {
        self.isAnomalous = isAnomalous
        self.kind = kind
        self.isFromPerson = isFromPerson
    }
}
