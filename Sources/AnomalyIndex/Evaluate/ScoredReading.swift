public import Readings

/// One reading of a file with what the index says of it: a row of `scores.csv`.
public struct ScoredReading: Equatable, Sendable {
    /// The reading's meter.
    public let meter: String
    /// The reading's time.
    public let time: Timestamp
    /// What the index says.
    public let content: Answer.Content

    /// The classification; nil while warming.
    public var classification: Classification? {
        if case .classified(let classification) = content { classification } else { nil }
    }
}
