public import Readings

/// The second look's answer about an earlier reading, given once the next readings have come.
public struct Revision: Equatable, Sendable {
    /// The reading's time.
    public let time: Timestamp
    /// What is said of it now; without neighbours.
    public let classification: Classification
}
