internal import Statistics

/// The range of a figure in the middle 95 % of bootstrap draws.
public struct Interval: Codable, Equatable, Sendable {
    /// The 2.5th percentile.
    public let low: Double
    /// The 97.5th percentile.
    public let high: Double

    /// The share of draws between ``low`` and ``high``.
    public static let level = 0.95

    /// The interval of a figure's draws.
    ///
    /// - Returns: nil for fewer than twenty draws, too few to estimate the outer percentiles.
    init?(_ draws: [Double]) {
        let sorted = draws.sorted()
        guard sorted.count >= 20, let low = sorted.sortedQuantile((1 - Self.level) / 2),
            let high = sorted.sortedQuantile((1 + Self.level) / 2)
        else { return nil }
        self.low = low
        self.high = high
    }
}

/// The confidence intervals of the pooled figures.
public struct Intervals: Codable, Equatable, Sendable {
    /// How many draws were made.
    public let draws: Int
    /// How many blocks there were to draw from; a block is one week of one meter.
    public let blocks: Int
    /// The seed of the draws.
    public let seed: UInt64
    /// Of ``Ranking/rocAUC``. Any interval is nil if too few draws gave the figure.
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

/// A nominal false-alarm rate against the realised one, which is the share of normal readings whose p-value
/// is at most the nominal rate.
public struct Reliability: Codable, Equatable, Sendable {
    /// The requested rate.
    public let nominal: Double
    /// The share of normal readings that would have raised an alarm; nil without a normal reading.
    public let realised: Double?
    /// The realised rate in the middle 95 % of bootstrap draws; nil if none were made.
    public var interval: Interval?

    /// The nominal rates of ``table(_:)``.
    public static let rates = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]

    /// Compares nominal with realised rates.
    ///
    /// - Parameter points: readings with their p-values.
    /// - Returns: empty if no normal reading has a p-value.
    static func table(_ points: [Evaluation.Point]) -> [Reliability] {
        let normals = points.lazy.filter { !$0.isAnomalous }.compactMap(\.p).sorted()
        guard !normals.isEmpty else { return [] }
        return rates.map { rate in
            let alarms = normals.prefix { $0 <= rate }.count
            return Reliability(nominal: rate, realised: Double(alarms) / Double(normals.count))
        }
    }
}
