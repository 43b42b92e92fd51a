/// Precision and recall of ranges (Tatbul et al. 2018, "Precision and Recall for Time Series"): how much of each
/// incident was covered by alarms, and how much of each run of alarms lay in incidents.
///
/// Without a reward for mere existence (α = 0), with a flat bias over a range, and divided by the number of
/// pieces where one range is met by several: an incident that raises five short alarms is worth less than one
/// that raises a long one.
public struct RangeScore: Codable, Equatable, Sendable {
    /// The mean over runs of alarms of the share that lay in incidents; nil without an alarm.
    public let precision: Double?
    /// The mean over incidents of the share that was covered by alarms; nil without an incident.
    public let recall: Double?
    /// The harmonic mean of the two; nil where either is.
    public let f1: Double?

    /// Scores the runs of some meters.
    init(_ runs: [MeterRuns]) {
        let precision = Self.mean(runs.flatMap { Self.covered($0.alarms, by: $0.incidents) })
        let recall = Self.mean(runs.flatMap { Self.covered($0.incidents, by: $0.alarms) })
        self.precision = precision
        self.recall = recall
        f1 = precision.flatMap { precision in
            recall.map { precision + $0 > 0 ? 2 * precision * $0 / (precision + $0) : 0 }
        }
    }

    /// What each range has of others, divided by how many of them it meets.
    private static func covered(_ ranges: [Range<Int>], by others: [Range<Int>]) -> [Double] {
        var first = 0
        return ranges.map { range in
            while first < others.count, others[first].upperBound <= range.lowerBound { first += 1 }
            var common = 0
            var pieces = 0
            for other in others[first...] {
                guard other.lowerBound < range.upperBound else { break }
                common += range.clamped(to: other).count
                pieces += 1
            }
            return pieces == 0 ? 0 : Double(common) / Double(range.count) / Double(pieces)
        }
    }

    private static func mean(_ shares: [Double]) -> Double? {
        shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }
}
