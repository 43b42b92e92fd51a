internal import Readings
internal import Statistics

/// One meter's incidents and alarms, as ranges of indices of its readings.
package struct MeterRuns: Sendable {
    /// Runs of consecutive anomalous readings.
    package let incidents: [Range<Int>]
    /// Runs of consecutive readings above the threshold.
    package let alarms: [Range<Int>]

    /// Finds the runs.
    ///
    /// - Parameter points: the meter's readings in time order.
    package init(_ points: [Evaluation.Point], threshold: Double) {
        incidents = Self.runs(points.count) { points[$0].isAnomalous }
        alarms = Self.runs(points.count) { points[$0].score > threshold }
    }

    /// The maximal ranges of indices on which a condition holds.
    static func runs(_ count: Int, where holds: (Int) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in 0..<count {
            if holds(index) {
                start = start ?? index
            } else if let begun = start {
                runs.append(begun..<index)
                start = nil
            }
        }
        if let start { runs.append(start..<count) }
        return runs
    }

    /// The index of the first alarm within each incident; nil for a missed incident.
    package var firstAlarms: [Int?] {
        var next = 0
        return incidents.map { incident in
            while next < alarms.count, alarms[next].upperBound <= incident.lowerBound { next += 1 }
            guard next < alarms.count, alarms[next].lowerBound < incident.upperBound else { return nil }
            return max(alarms[next].lowerBound, incident.lowerBound)
        }
    }

    /// Runs of alarms that touch no incident.
    package var falseAlarms: [Range<Int>] {
        var next = 0
        return alarms.filter { alarm in
            while next < incidents.count, incidents[next].upperBound <= alarm.lowerBound { next += 1 }
            return next == incidents.count || incidents[next].lowerBound >= alarm.upperBound
        }
    }

    /// Counts of incidents and events.
    var events: EventScore {
        var score = EventScore()
        score.incidents = incidents.count
        score.found = firstAlarms.count { $0 != nil }
        score.falseEvents = falseAlarms.count
        return score
    }
}

/// Precision and recall of ranges (Tatbul et al. 2018, "Precision and Recall for Time Series"): how much of
/// each incident was covered by alarms, and how much of each run of alarms lay in incidents.
///
/// The paper's parameters: no existence reward (α = 0), a flat positional bias, and the reciprocal
/// cardinality factor, which divides by the number of overlapping ranges. An incident covered by five short
/// alarms therefore scores less than one covered by a single long alarm.
public struct RangeScore: Codable, Equatable, Sendable {
    /// The mean over runs of alarms of the share that lay in incidents; nil without an alarm.
    public let precision: Double?
    /// The mean over incidents of the share that was covered by alarms; nil without an incident.
    public let recall: Double?
    /// The harmonic mean of precision and recall; nil if either is nil.
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

    /// The share of each range that is covered by others, divided by the number of others that overlap it.
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

/// How long after an incident's first reading its first alarm came. The medians are over the incidents found;
/// missed incidents have no delay and are only counted.
public struct DetectionDelay: Codable, Equatable, Sendable {
    /// Incidents with at least one alarm.
    public let found: Int
    /// Incidents without an alarm.
    public let missed: Int
    /// The median delay in readings; 0 is an alarm at the incident's first reading.
    public let medianReadings: Double
    /// The median delay in seconds.
    public let medianSeconds: Double
    /// The longest delay in readings.
    public let longestReadings: Int
    /// The longest delay in seconds.
    public let longestSeconds: Double

    /// Measures the delays of some meters' incidents.
    ///
    /// - Returns: nil if no incident was found.
    init?(_ meters: [(points: [Evaluation.Point], runs: MeterRuns)]) {
        var readings: [Int] = []
        var seconds: [Double] = []
        var missed = 0
        for (points, runs) in meters {
            for (incident, alarm) in zip(runs.incidents, runs.firstAlarms) {
                guard let alarm else {
                    missed += 1
                    continue
                }
                readings.append(alarm - incident.lowerBound)
                let waited =
                    points[alarm].time.milliseconds - points[incident.lowerBound].time.milliseconds
                seconds.append(Double(waited) / 1000)
            }
        }
        guard let longest = readings.max(), let last = seconds.max() else { return nil }
        found = readings.count
        self.missed = missed
        medianReadings = readings.map { Double($0) }.sorted().sortedQuantile(0.5) ?? 0
        medianSeconds = seconds.sorted().sortedQuantile(0.5) ?? 0
        longestReadings = longest
        longestSeconds = last
    }
}
