/// What a window was said to be.
public enum LabelWord: String, CaseIterable, Sendable {
    /// Nothing out of the ordinary.
    case normal

    /// Something that should be found again.
    case anomalous
}
