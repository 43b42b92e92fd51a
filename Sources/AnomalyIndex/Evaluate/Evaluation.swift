public import Readings

/// How well scores agree with labels: pooled over all meters, and meter by meter.
public struct Evaluation: Encodable, Equatable, Sendable {
    /// One line of it.
    public struct Line: Encodable, Equatable, Sendable {
        /// How many readings were judged.
        public let readings: Int
        /// How many of them are labelled anomalous.
        public let anomalous: Int
        /// ROC-AUC and average precision; nil unless both classes are there.
        public let ranking: Ranking?
        /// Alarms against truth at the threshold.
        public let confusion: Confusion
        /// The share of alarms that were right.
        public let precision: Double?
        /// The share of anomalous readings that raised an alarm.
        public let recall: Double?
        /// The harmonic mean of the two.
        public let f1: Double?
        /// The share of normal readings that raised no alarm.
        public let specificity: Double?
        /// The share of normal readings that raised one, to be held against the nominal rate.
        public let falseAlarmRate: Double?
        /// Runs of consecutive anomalous readings.
        public let incidents: Int
        /// How many of them raised an alarm.
        public let incidentsFound: Int
    }

    /// A reading with its score and its truth.
    public struct Point: Equatable, Sendable {
        /// The reading's time.
        public let time: Timestamp
        /// The larger, the more anomalous.
        public let score: Double
        /// What it is labelled.
        public let isAnomalous: Bool

        /// A point.
        public init(time: Timestamp, score: Double, isAnomalous: Bool) {
            self.time = time
            self.score = score
            self.isAnomalous = isAnomalous
        }
    }

    /// Scores above this are alarms.
    public let threshold: Double
    /// The false-alarm rate the alarm line was set for.
    public let nominalFalseAlarmRate: Double
    /// Readings that have no score because their meter was still warming.
    public let warming: Int
    /// All meters together.
    public let pooled: Line
    /// Each meter by itself.
    public let meters: [String: Line]

    /// Evaluates scores.
    ///
    /// - Parameters:
    ///   - points: each meter's readings in time order.
    ///   - threshold: scores above it are alarms.
    ///   - nominalFalseAlarmRate: what the alarm line of 1 was set for.
    ///   - warming: how many readings had no score.
    public init(
        _ points: [String: [Point]],
        threshold: Double = 1,
        nominalFalseAlarmRate: Double = 0.01,
        warming: Int = 0
    ) {
        self.threshold = threshold
        self.warming = warming
        self.nominalFalseAlarmRate = nominalFalseAlarmRate
        // In the meters' order: the sums of a dictionary's own order would differ from run to run.
        let names = points.keys.sorted()
        pooled = Self.line(names.map { points[$0] ?? [] }, threshold)
        meters = points.mapValues { Self.line([$0], threshold) }
    }

    private static func line(_ meters: [[Point]], _ threshold: Double) -> Line {
        let points = meters.flatMap(\.self)
        var confusion = Confusion()
        for point in points { confusion.count(alarm: point.score > threshold, anomalous: point.isAnomalous) }
        let incidents = meters.flatMap { Self.incidents(in: $0) }
        return Line(
            readings: points.count,
            anomalous: points.count(where: \.isAnomalous),
            ranking: Ranking(scores: points.map(\.score), anomalous: points.map(\.isAnomalous)),
            confusion: confusion,
            precision: confusion.precision,
            recall: confusion.recall,
            f1: confusion.f1,
            specificity: confusion.specificity,
            falseAlarmRate: confusion.falseAlarmRate,
            incidents: incidents.count,
            incidentsFound: incidents.count { $0.contains { $0.score > threshold } }
        )
    }

    /// Runs of consecutive anomalous readings.
    private static func incidents(in points: [Point]) -> [ArraySlice<Point>] {
        points.split { !$0.isAnomalous }
    }
}
