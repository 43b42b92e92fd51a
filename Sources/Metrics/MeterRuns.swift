/// Where one meter's incidents and alarms begin and end, as places among its readings.
package struct MeterRuns: Sendable {
    /// Runs of consecutive anomalous readings.
    package let incidents: [Range<Int>]
    /// Runs of consecutive readings above the threshold.
    package let alarms: [Range<Int>]

    package init(_ points: [Evaluation.Point], threshold: Double) {
        incidents = Self.runs(points.count) { points[$0].isAnomalous }
        alarms = Self.runs(points.count) { points[$0].score > threshold }
    }

    /// The longest stretches on which a condition holds.
    static func runs(_ count: Int, where holds: (Int) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for place in 0..<count {
            if holds(place) {
                start = start ?? place
            } else if let begun = start {
                runs.append(begun..<place)
                start = nil
            }
        }
        if let start { runs.append(start..<count) }
        return runs
    }

    /// The place of each incident's first alarm within it; nil for one that was missed.
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
