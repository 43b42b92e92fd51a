import DetectionMetrics

/// The figures of incidents, computed from their definitions with sets of readings, slow and simple.
struct NaiveIncidents {
    let events: [Int]
    let delays: [Int]
    let rangePrecision: Double?
    let rangeRecall: Double?

    /// - Parameter meters: each meter's points in time order.
    init(_ meters: [[Evaluation.Point]], threshold: Double) {
        var (incidents, found, falseEvents) = (0, 0, 0)
        var delays: [Int] = []
        var coveredAlarms: [Double] = []
        var coveredIncidents: [Double] = []
        for points in meters {
            let truth = Self.sets(points.map(\.isAnomalous))
            let alarms = Self.sets(points.map { $0.score > threshold })
            incidents += truth.count
            for incident in truth {
                let hits = incident.filter { points[$0].score > threshold }.sorted()
                guard let first = hits.first, let start = incident.min() else { continue }
                found += 1
                delays.append(first - start)
            }
            falseEvents += alarms.count { alarm in !alarm.contains { points[$0].isAnomalous } }
            coveredAlarms += alarms.map { Self.cover($0, truth) }
            coveredIncidents += truth.map { Self.cover($0, alarms) }
        }
        events = [incidents, found, falseEvents]
        self.delays = delays.sorted()
        rangePrecision = Self.mean(coveredAlarms)
        rangeRecall = Self.mean(coveredIncidents)
    }

    private static func sets(_ flags: [Bool]) -> [Set<Int>] {
        var sets: [Set<Int>] = []
        for (index, flag) in flags.enumerated() where flag {
            if index > 0, flags[index - 1] {
                sets[sets.count - 1].insert(index)
            } else {
                sets.append([index])
            }
        }
        return sets
    }

    private static func cover(_ range: Set<Int>, _ others: [Set<Int>]) -> Double {
        let common = others.map { range.intersection($0).count }.filter { $0 > 0 }
        return common.isEmpty
            ? 0 : Double(common.reduce(0, +)) / Double(range.count) / Double(common.count)
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
