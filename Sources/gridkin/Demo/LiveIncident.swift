import Readings

/// A run of consecutive readings of one meter that are anomalous in truth; what `gridkin evaluate` counts as one
/// incident.
struct LiveIncident {
    /// In time order, at least one.
    let readings: [LiveAnswer]

    var kind: String? { readings.lazy.compactMap(\.reading.kind).first }

    /// The first alarm it raised; nil where it was missed.
    var alarm: LiveAnswer? { readings.first { $0.answer.isAlarm } }

    /// The reading to show to somebody: the first that was called novel, or of a missed one the strangest.
    var asksForALabel: LiveAnswer? {
        if let novel = readings.first(where: { $0.answer.verdict == "novel" }) { return novel }
        return alarm == nil ? readings.max { ($0.answer.score ?? 0) < ($1.answer.score ?? 0) } : nil
    }

    /// All incidents among answers with a score, by the time they began.
    static func all(in answers: [LiveAnswer]) -> [LiveIncident] {
        let byMeter = Dictionary(grouping: answers, by: \.reading.meter)
        let runs = byMeter.values.flatMap { $0.split { !$0.reading.isAnomalous } }
        return runs.map { LiveIncident(readings: Array($0)) }.sorted {
            ($0.readings[0].reading.time, $0.readings[0].reading.meter)
                < ($1.readings[0].reading.time, $1.readings[0].reading.meter)
        }
    }
}
