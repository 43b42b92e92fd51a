public import DetectionMetrics

/// The results of several detectors that learnt from the same earlier readings and scored the same later
/// ones.
public struct Comparison: Encodable, Equatable, Sendable {
    /// The results of one detector.
    public struct Row: Encodable, Equatable, Sendable {
        /// The detector's name.
        public let name: String
        /// The detector's relation to Gridkin.
        public let role: Role
        /// Whether the detector learns from labels, apart from leaving out what is labelled anomalous.
        public let usesLabels: Bool
        /// The alarm line: higher scores are alarms.
        public let threshold: Double
        /// The figures of all meters together.
        public let figures: Evaluation.Line
        /// How long learning and scoring took, in seconds of wall-clock time; nil for a part of an index,
        /// which is not timed alone.
        public let seconds: Double?
    }

    /// A detector's relation to Gridkin.
    public enum Role: String, Codable, Sendable {
        /// A whole index, as `build` makes it.
        case index
        /// One piece of evidence of the first index, alone.
        case part
        /// Another method in common use, on the same features.
        case other
    }

    /// The time of the first scored reading, ISO 8601.
    public let since: String
    /// The false-alarm rate for which all alarm lines were set.
    public let nominalFalseAlarmRate: Double
    /// The number of earlier readings, from which the detectors learnt.
    public let known: Int
    /// The number of later readings, which every detector scored.
    public let asked: Int
    /// The detectors: indexes, their parts, then the others.
    public let rows: [Row]
    /// The detectors that could not be run, each with the reason.
    public let left: [String]
}
