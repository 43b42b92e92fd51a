public import Readings

/// A reading whose second look has become due, with the features of what lies before and after it.
public struct DueWindow: Equatable, Sendable {
    /// The reading's time.
    public let time: Timestamp
    /// One row of the second look's layout; NaN where a feature cannot be known.
    public let features: [Float]
}
