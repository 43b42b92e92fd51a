/// The two banks: embeddings of one class each.
public enum Bank: String, CaseIterable, Codable, Sendable {
    /// Windows known, or taken, to be normal.
    case normal
    /// Windows labelled anomalous.
    case anomalous
}
