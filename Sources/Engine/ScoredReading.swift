public import Readings
public import Verdicts

/// One reading of a file with what the index says of it: a row of `scores.csv`.
public struct ScoredReading: Equatable, Sendable {
    /// The reading's meter.
    public let meter: String
    /// The reading's time.
    public let time: Timestamp
    /// What the index says.
    public let content: Judgement.Content
    /// What the second look says; nil without one, while it is not due, and where the reading's window has too few
    /// readings.
    public internal(set) var second: Assessment?

    /// The assessment; nil while the meter is warming.
    public var assessment: Assessment? { content.assessment }
}
