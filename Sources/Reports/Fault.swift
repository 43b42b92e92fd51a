internal import Metrics
internal import Readings

/// One of an evaluation's worst mistakes.
struct Fault: Sendable {
    /// What was wrong about it.
    enum Kind: Sendable {
        /// A reading of an incident without an alarm at it.
        case missed
        /// An alarm at a reading of no incident.
        case falseAlarm
    }

    let kind: Kind
    let meter: String
    let time: Timestamp
    let score: Double
    let p: Double?
    /// How many readings the incident, or the run of alarms, has.
    let length: Int

    /// The reading.
    var place: ReadingPlace { ReadingPlace(meter: meter, time: time) }

    /// So many of each kind a reader will look at.
    private static let limit = 8

    /// The worst misses: incidents nothing of which raised an alarm, the quietest first, each by its highest
    /// score; where these are few, the quietest readings of incidents that were found.
    static func misses(_ points: [String: [Evaluation.Point]], threshold: Double) -> [Fault] {
        var silent: [Fault] = []
        var quiet: [Fault] = []
        for (meter, points) in points {
            let runs = MeterRuns(points, threshold: threshold)
            for (incident, alarm) in zip(runs.incidents, runs.firstAlarms) {
                let scores = points[incident]
                guard alarm != nil else {
                    if let place = scores.indices.max(by: { scores[$0].score < scores[$1].score }) {
                        silent.append(Fault(.missed, meter, points[place], incident.count))
                    }
                    continue
                }
                if let place = scores.indices.min(by: { scores[$0].score < scores[$1].score }),
                    points[place].score <= threshold
                {
                    quiet.append(Fault(.missed, meter, points[place], incident.count))
                }
            }
        }
        let worst = silent.sorted(by: isQuieter) + quiet.sorted(by: isQuieter)
        return Array(worst.prefix(limit))
    }

    /// The worst false alarms: the loudest reading of each run of alarms outside any incident, the loudest first.
    static func falseAlarms(_ points: [String: [Evaluation.Point]], threshold: Double) -> [Fault] {
        let all = points.flatMap { meter, points in
            MeterRuns(points, threshold: threshold).falseAlarms.compactMap { alarm in
                alarm.max { points[$0].score < points[$1].score }
                    .map { Fault(.falseAlarm, meter, points[$0], alarm.count) }
            }
        }
        return Array(all.sorted { isQuieter($1, $0) }.prefix(limit))
    }

    private init(_ kind: Kind, _ meter: String, _ point: Evaluation.Point, _ length: Int) {
        self.kind = kind
        self.meter = meter
        time = point.time
        score = point.score
        p = point.p
        self.length = length
    }

    /// By score; of equal ones by meter and time, so that the order is the same in every run.
    private static func isQuieter(_ one: Fault, _ other: Fault) -> Bool {
        (one.score, one.meter, one.time) < (other.score, other.meter, other.time)
    }
}
