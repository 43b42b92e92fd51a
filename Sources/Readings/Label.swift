/// A person's or a data set's word about a reading.
public enum Label: Hashable, Sendable {
    /// Nothing strange.
    case normal

    /// Strange, with the kind of strangeness (`spike`, `theft`, …) where one was given.
    case anomalous(kind: String?)

    /// Whether it says that something was wrong.
    public var isAnomalous: Bool { self != .normal }

    /// What was wrong, where that was said.
    public var kind: String? {
        if case .anomalous(let kind) = self { kind } else { nil }
    }
}
