internal import Charts
internal import DetectionMetrics
internal import Readings
internal import Verdicts

/// What a report shows beside the figures: the worst misses and false alarms with their neighbours, and a map
/// of the banks.
public struct ErrorAnalysis: Sendable {
    let misses: [ErrorCase]
    let falseAlarms: [ErrorCase]
    let map: BankMap
}

/// Identifies one reading: its meter and its time.
struct ReadingID: Hashable {
    let meter: Name
    let time: Timestamp
}

/// One of an evaluation's worst errors: a missed anomaly or a false alarm.
struct Misjudgement: Sendable {
    /// The direction of the error.
    enum Kind: Sendable {
        /// A reading of an incident that raised no alarm.
        case missed
        /// An alarm at a reading outside any incident.
        case falseAlarm
    }

    let kind: Kind
    let meter: Name
    let time: Timestamp
    let score: Double
    let p: Double?
    /// The number of readings in the incident, or in the run of alarms.
    let length: Int

    /// The reading that was misjudged.
    var reading: ReadingID { ReadingID(meter: meter, time: time) }

    /// How many errors of each kind a report shows.
    private static let limit = 8

    /// The worst misses. Incidents without any alarm come first, those with the lowest scores before the
    /// others, each at its highest score. If there are few, the lowest-scoring readings of detected incidents
    /// follow.
    static func misses(_ points: [Name: [Evaluation.Point]], threshold: Double) -> [Misjudgement] {
        var undetected: [Misjudgement] = []
        var partlyMissed: [Misjudgement] = []
        for (meter, points) in points {
            let runs = MeterRuns(points, threshold: threshold)
            for (incident, alarm) in zip(runs.incidents, runs.firstAlarms) {
                guard alarm != nil else {
                    if let index = incident.max(by: { points[$0].score < points[$1].score }) {
                        undetected.append(
                            Misjudgement(.missed, of: meter, at: points[index], length: incident.count)
                        )
                    }
                    continue
                }
                if let index = incident.min(by: { points[$0].score < points[$1].score }),
                    points[index].score <= threshold
                {
                    partlyMissed.append(
                        Misjudgement(.missed, of: meter, at: points[index], length: incident.count)
                    )
                }
            }
        }
        let worst = undetected.sorted(by: scoresLower) + partlyMissed.sorted(by: scoresLower)
        return Array(worst.prefix(limit))
    }

    /// The worst false alarms: the highest-scoring reading of each run of alarms outside any incident, the
    /// highest score first.
    static func falseAlarms(_ points: [Name: [Evaluation.Point]], threshold: Double) -> [Misjudgement] {
        let all = points.flatMap { meter, points in
            MeterRuns(points, threshold: threshold).falseAlarms.compactMap { alarm in
                alarm.max { points[$0].score < points[$1].score }
                    .map { Misjudgement(.falseAlarm, of: meter, at: points[$0], length: alarm.count) }
            }
        }
        return Array(all.sorted { scoresLower($1, $0) }.prefix(limit))
    }

    private init(_ kind: Kind, of meter: Name, at point: Evaluation.Point, length: Int) {
        self.kind = kind
        self.meter = meter
        time = point.time
        score = point.score
        p = point.p
        self.length = length
    }

    /// Orders by score, and equal scores by meter and time, so that the order is the same in every run.
    private static func scoresLower(_ one: Misjudgement, _ other: Misjudgement) -> Bool {
        (one.score, one.meter, one.time) < (other.score, other.meter, other.time)
    }
}

/// A misjudgement with its plotted window, and the neighbours it was judged by.
struct ErrorCase: Sendable {
    let misjudgement: Misjudgement
    /// The kind of the reading's label, if known.
    let label: Name?
    let verdict: Verdict
    let normalDistance: Double
    let anomalousDistance: Double?
    /// The plotted neighbours, the normal ones first.
    let neighbours: [Neighbour]
    let chart: WindowChart
}
