/// How alarms and truth meet, reading by reading.
public struct Confusion: Codable, Equatable, Sendable {
    /// Anomalous readings above the alarm line.
    public var truePositives = 0
    /// Normal readings above the alarm line.
    public var falsePositives = 0
    /// Normal readings at or below the alarm line.
    public var trueNegatives = 0
    /// Anomalous readings at or below the alarm line.
    public var falseNegatives = 0

    /// Nothing counted yet.
    public init() {}

    /// Counts a reading.
    public mutating func count(alarm: Bool, anomalous: Bool) {
        switch (alarm, anomalous) {
        case (true, true): truePositives += 1
        case (true, false): falsePositives += 1
        case (false, false): trueNegatives += 1
        case (false, true): falseNegatives += 1
        }
    }

    /// The share of alarms that were right; nil without an alarm.
    public var precision: Double? { truePositives.share(of: truePositives + falsePositives) }
    /// The share of anomalous readings that raised an alarm; nil without one.
    public var recall: Double? { truePositives.share(of: truePositives + falseNegatives) }
    /// The share of normal readings that raised none; nil without one.
    public var specificity: Double? { trueNegatives.share(of: trueNegatives + falsePositives) }
    /// The share of normal readings that raised one; nil without one.
    public var falseAlarmRate: Double? { falsePositives.share(of: trueNegatives + falsePositives) }
    /// The harmonic mean of precision and recall; nil without an anomalous reading.
    public var f1: Double? {
        truePositives + falseNegatives == 0
            ? nil : (2 * truePositives).share(of: 2 * truePositives + falsePositives + falseNegatives)
    }
}
