import ProgramSupport
import TestSupport

/// The figures of `gridkin evaluate`, computed slowly from their definitions.
struct NaiveEvaluation {
    let readings: Int
    let anomalous: Int
    let rocAUC: Double
    let averagePrecision: Double
    let truePositives: Int
    let falsePositives: Int
    let incidents: Int
    let incidentsFound: Int

    /// - Parameter meters: each meter's scores and truths in time order.
    init(_ meters: [[(score: Double, isAnomalous: Bool)]], threshold: Double) {
        let points = meters.flatMap(\.self)
        let positives = points.filter(\.isAnomalous).map(\.score)
        let negatives = points.filter { !$0.isAnomalous }.map(\.score)
        readings = points.count
        anomalous = positives.count
        var wins = 0.0
        for positive in positives {
            for negative in negatives { wins += positive > negative ? 1 : positive == negative ? 0.5 : 0 }
        }
        rocAUC = wins / Double(positives.count * negatives.count)
        averagePrecision =
            positives.map { score in
                let above = Double(positives.count { $0 >= score })
                return above / (above + Double(negatives.count { $0 >= score }))
            }.reduce(0, +) / Double(positives.count)
        truePositives = positives.count { $0 > threshold }
        falsePositives = negatives.count { $0 > threshold }
        var incidents = 0
        var found = 0
        for meter in meters {
            var isOpen = false
            var isFound = false
            for point in meter {
                if point.isAnomalous, !isOpen { (isOpen, isFound, incidents) = (true, false, incidents + 1) }
                if point.isAnomalous, point.score > threshold, !isFound {
                    (isFound, found) = (true, found + 1)
                }
                if !point.isAnomalous { isOpen = false }
            }
        }
        self.incidents = incidents
        incidentsFound = found
    }
}
