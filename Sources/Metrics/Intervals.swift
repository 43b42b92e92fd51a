/// How far the pooled figures would move with another draw of weeks.
public struct Intervals: Codable, Equatable, Sendable {
    /// How many draws were made.
    public let draws: Int
    /// How many weeks of meters there were to draw from.
    public let blocks: Int
    /// The seed of the draws.
    public let seed: UInt64
    /// Of ``Ranking/rocAUC``; an interval is nil where too few draws gave the figure.
    public var rocAUC: Interval?
    /// Of ``Ranking/averagePrecision``.
    public var averagePrecision: Interval?
    /// Of the point-wise precision.
    public var precision: Interval?
    /// Of the point-wise recall.
    public var recall: Interval?
    /// Of the point-wise F1.
    public var f1: Interval?
    /// Of the share of normal readings that raised an alarm.
    public var falseAlarmRate: Interval?
    /// Of the share of incidents found.
    public var eventRecall: Interval?
    /// Of the event precision.
    public var eventPrecision: Interval?
    /// Of the event F1.
    public var eventF1: Interval?

    init(draws: Int, blocks: Int, seed: UInt64) {
        self.draws = draws
        self.blocks = blocks
        self.seed = seed
    }
}
