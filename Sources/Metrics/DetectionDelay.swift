internal import Readings
internal import Statistics

/// How long after an incident's first reading its first alarm came. Medians are over the incidents that were
/// found; those that were missed have no delay and are told beside it.
public struct DetectionDelay: Codable, Equatable, Sendable {
    /// Incidents with an alarm within.
    public let found: Int
    /// Incidents without one.
    public let missed: Int
    /// The median delay in readings; 0 is an alarm at the first.
    public let medianReadings: Double
    /// The median delay in seconds.
    public let medianSeconds: Double
    /// The longest delay in readings.
    public let longestReadings: Int
    /// The longest delay in seconds.
    public let longestSeconds: Double

    /// - Returns: nil where no incident was found.
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
