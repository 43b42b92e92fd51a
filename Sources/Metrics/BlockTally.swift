/// What adds up over the readings of one meter's week.
struct BlockTally: Sendable {
    var confusion = Confusion()
    var events = EventScore()
    /// Normal readings with a p-value.
    private(set) var normals = 0
    /// Those of them at or below each nominal rate.
    private(set) var alarms = [Int](repeating: 0, count: Reliability.rates.count)

    mutating func count(_ point: Evaluation.Point, _ threshold: Double) {
        confusion.count(alarm: point.score > threshold, anomalous: point.isAnomalous)
        guard !point.isAnomalous, let p = point.p else { return }
        normals += 1
        for (index, rate) in Reliability.rates.enumerated() where p <= rate { alarms[index] += 1 }
    }

    /// Adds another tally so many times.
    mutating func add(_ other: BlockTally, times: Int) {
        confusion.truePositives += times * other.confusion.truePositives
        confusion.falsePositives += times * other.confusion.falsePositives
        confusion.trueNegatives += times * other.confusion.trueNegatives
        confusion.falseNegatives += times * other.confusion.falseNegatives
        events.incidents += times * other.events.incidents
        events.found += times * other.events.found
        events.falseEvents += times * other.events.falseEvents
        normals += times * other.normals
        for index in alarms.indices { alarms[index] += times * other.alarms[index] }
    }

    /// The share of normal readings at or below one of the nominal rates; nil without one.
    func realised(rate index: Int) -> Double? {
        normals == 0 ? nil : Double(alarms[index]) / Double(normals)
    }
}
