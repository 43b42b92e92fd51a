/// How well scores rank anomalous readings above normal ones, over all thresholds.
public struct Ranking: Codable, Equatable, Sendable {
    /// The probability that an anomalous reading scores above a normal one; ties count half.
    public let rocAUC: Double
    /// Average precision: the mean precision over all anomalous readings, in order of score.
    /// Readings of equal score are taken together.
    public let averagePrecision: Double

    init(rocAUC: Double, averagePrecision: Double) {
        self.rocAUC = rocAUC
        self.averagePrecision = averagePrecision
    }

    /// Ranks readings.
    ///
    /// - Parameters:
    ///   - scores: the larger, the more anomalous.
    ///   - anomalous: the labels, one for each score.
    /// - Returns: nil unless both classes occur.
    public init?(scores: [Double], anomalous: [Bool]) {
        guard let ranking = SortedScores(scores, anomalous: anomalous).ranking({ _ in 1 }) else { return nil }
        self = ranking
    }
}

/// Readings in order of score, the highest first, for figures that go through all thresholds.
package struct SortedScores: Sendable {
    /// The original index of each reading, in order of score.
    package let order: [Int32]
    /// Whether each reading is anomalous, in order of score.
    package let anomalous: [Bool]
    /// Whether the next reading in order scores less. Readings of equal score are taken together.
    package let endsTie: [Bool]

    /// Sorts readings.
    ///
    /// - Parameters:
    ///   - scores: the larger, the more anomalous.
    ///   - anomalous: the labels, one for each score.
    package init(_ scores: [Double], anomalous: [Bool]) {
        precondition(scores.count == anomalous.count, "there must be one label for each score")
        let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
        self.order = order.map { Int32($0) }
        self.anomalous = order.map { anomalous[$0] }
        endsTie = order.indices.map { rank in
            rank + 1 == order.count || scores[order[rank + 1]] < scores[order[rank]]
        }
    }

    /// ROC-AUC and average precision, with a weight for each reading.
    ///
    /// - Parameter weight: how often the reading with this original index counts, at least 0.
    /// - Returns: nil unless both classes occur.
    @inline(__always)
    package func ranking(_ weight: (Int) -> Double) -> Ranking? {
        var found = 0.0
        var wrong = 0.0
        var tieFound = 0.0
        var tieWrong = 0.0
        var area = 0.0
        var precisionSum = 0.0
        for rank in order.indices {
            let weight = weight(Int(order[rank]))
            if anomalous[rank] { tieFound += weight } else { tieWrong += weight }
            guard endsTie[rank] else { continue }
            area += tieWrong * (found + tieFound / 2)
            found += tieFound
            wrong += tieWrong
            if tieFound > 0 { precisionSum += tieFound * found / (found + wrong) }
            tieFound = 0
            tieWrong = 0
        }
        guard found > 0, wrong > 0 else { return nil }
        return Ranking(rocAUC: area / (found * wrong), averagePrecision: precisionSum / found)
    }

    /// The points of the ROC curve, the highest threshold first.
    ///
    /// - Parameter limit: about how many points at most. They are evenly spaced along both axes; the last is
    ///   always included.
    /// - Returns: counts of anomalous and normal readings at or above the threshold.
    package func steps(limit: Int) -> [(found: Int, wrong: Int)] {
        let positives = anomalous.count { $0 }
        let stride = (
            found: Double(positives) / Double(limit) * 2,
            wrong: Double(anomalous.count - positives) / Double(limit) * 2
        )
        var steps = [(found: 0, wrong: 0)]
        var found = 0
        var wrong = 0
        for rank in order.indices {
            if anomalous[rank] { found += 1 } else { wrong += 1 }
            guard endsTie[rank], let last = steps.last else { continue }
            let isFar =
                Double(found - last.found) >= stride.found || Double(wrong - last.wrong) >= stride.wrong
            if isFar || rank + 1 == order.count { steps.append((found, wrong)) }
        }
        return steps
    }
}
