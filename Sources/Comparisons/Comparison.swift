public import Metrics

/// Detectors side by side on one data set and one split: what was known before a time teaches all of them,
/// what came after it is asked of all.
public struct Comparison: Encodable, Equatable, Sendable {
    /// One detector and how it did.
    public struct Row: Encodable, Equatable, Sendable {
        /// What it is called.
        public let name: String
        /// Where it stands to Gridkin.
        public let role: Role
        /// Whether labels teach it more than what to leave out.
        public let usesLabels: Bool
        /// Scores above this were alarms.
        public let threshold: Double
        /// The figures of all meters together.
        public let figures: Evaluation.Line
        /// What learning and scoring took, in seconds on the clock; nil for what is timed with something
        /// else.
        public let seconds: Double?
    }

    /// Where a detector stands to Gridkin.
    public enum Role: String, Codable, Sendable {
        /// A whole index, as `build` makes it.
        case index
        /// One piece of evidence of the first index, alone.
        case part
        /// Something else that is often used, on the same features.
        case other
    }

    /// The time that parts known from asked, ISO 8601.
    public let since: String
    /// The false-alarm rate all lines were set for.
    public let nominalFalseAlarmRate: Double
    /// How many readings were known.
    public let known: Int
    /// How many readings were asked of every detector.
    public let asked: Int
    /// The detectors: indexes, their parts, then the others.
    public let rows: [Row]
    /// What could not be run, and why.
    public let left: [String]
}
