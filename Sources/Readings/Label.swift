/// A person's or a data set's word about a reading.
public enum Label: Hashable, Sendable {
    /// Nothing strange.
    case normal

    /// Strange, with the kind of strangeness (`spike`, `theft`, …) where one was given.
    case anomalous(kind: String?)
}
