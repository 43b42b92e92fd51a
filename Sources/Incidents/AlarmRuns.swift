public import Readings
public import Verdicts

/// How judgements become runs of alarms: the rule that incidents are made by.
///
/// A reading alarms if its latest look says so. Alarms are one run while the time between one and the next is
/// at most the quiet spell.
public enum AlarmRuns {
    /// The runs of a meter.
    ///
    /// - Parameters:
    ///   - judgements: of one meter, in the order of their times, the first look before the second.
    ///   - quiet: the quiet spell, in milliseconds.
    public static func runs(of judgements: [KeptJudgement], quiet: Int64) -> [AlarmRun] {
        var runs: [AlarmRun] = []
        for looks in judgements.byReading {
            guard var judgement = looks.last, judgement.isAlarm else { continue }
            // Only the first look sees how long the value has not changed.
            if judgement.kind == nil, looks.first?.kind == KeptJudgement.stuckKind {
                judgement.kind = KeptJudgement.stuckKind
            }
            if let last = runs.indices.last,
                judgement.time.milliseconds - runs[last].latest.milliseconds <= quiet
            {
                runs[last].add(judgement)
            } else {
                runs.append(AlarmRun(judgement))
            }
        }
        return runs
    }

    /// How long a meter must be quiet until its incident is over, in milliseconds: a day's hours of its
    /// readings, and at least an hour.
    ///
    /// After a fault, readings alarm again an interval, a day and a week later, since their windows hold it.
    /// `Benchmarks/incidents` measured 2.6 incidents a fault with 6 intervals, and 1.6 with 24.
    ///
    /// - Parameter interval: the typical time between two readings of the meter, in milliseconds.
    public static func quiet(interval: Int64) -> Int64 {
        max(interval * quietReadings, 3_600_000)
    }

    /// How many intervals without an alarm end an incident.
    public static let quietReadings: Int64 = 24
}

extension AlarmRun {
    /// The run of one alarm.
    public init(_ alarm: KeptJudgement) {
        self.init(
            start: alarm.time,
            latest: alarm.time,
            alarms: 1,
            peak: alarm.time,
            peakScore: alarm.score,
            kind: alarm.alarmKind
        )
    }

    /// Adds an alarm that is within the run, or within the quiet spell after it.
    public mutating func add(_ alarm: KeptJudgement) {
        latest = max(latest, alarm.time)
        alarms += 1
        guard alarm.score > peakScore else { return }
        (peak, peakScore, kind) = (alarm.time, alarm.score, alarm.alarmKind)
    }
}

extension KeptJudgement {
    /// Whether the reading alarms.
    public var isAlarm: Bool { verdict != .normal }

    /// What an alarm is called: the kind of the anomalies it is like, or that it is like none.
    public var alarmKind: Name {
        kind ?? Name(verdict == .novel ? Incident.novelKind : Incident.anomalousKind)
    }
}
