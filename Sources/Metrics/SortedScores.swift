/// Readings in order of score, the highest first: what everything that goes through all thresholds walks along.
package struct SortedScores: Sendable {
    /// The places of the readings as they were given.
    package let order: [Int32]
    /// Whether each reading is anomalous, in order of score.
    package let anomalous: [Bool]
    /// Whether the next reading scores less: readings of equal score are taken together.
    package let endsTie: [Bool]

    /// Sorts readings.
    ///
    /// - Parameters:
    ///   - scores: the larger, the more anomalous.
    ///   - anomalous: the truth, one for each score.
    package init(_ scores: [Double], anomalous: [Bool]) {
        precondition(scores.count == anomalous.count, "a truth for each score")
        let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
        self.order = order.map { Int32($0) }
        self.anomalous = order.map { anomalous[$0] }
        endsTie = order.indices.map { place in
            place + 1 == order.count || scores[order[place + 1]] < scores[order[place]]
        }
    }

    /// How well the scores rank, each reading counted so many times.
    ///
    /// - Parameter weight: of the reading given at a place, 0 and up.
    /// - Returns: nil unless both classes are there.
    @inline(__always)
    package func ranking(_ weight: (Int) -> Double) -> Ranking? {
        var found = 0.0
        var wrong = 0.0
        var tieFound = 0.0
        var tieWrong = 0.0
        var area = 0.0
        var precisionSum = 0.0
        for place in order.indices {
            let weight = weight(Int(order[place]))
            if anomalous[place] { tieFound += weight } else { tieWrong += weight }
            guard endsTie[place] else { continue }
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

    /// What is found and what is wrongly alarmed at each threshold, the highest first.
    ///
    /// - Parameter limit: at most about so many steps; evenly spaced along both axes, and the last always.
    /// - Returns: counts of anomalous and normal readings at or above the threshold.
    package func steps(limit: Int) -> [(found: Int, wrong: Int)] {
        let positives = anomalous.count { $0 }
        let stride = (
            Double(positives) / Double(limit) * 2, Double(anomalous.count - positives) / Double(limit) * 2
        )
        var steps = [(found: 0, wrong: 0)]
        var found = 0
        var wrong = 0
        for place in order.indices {
            if anomalous[place] { found += 1 } else { wrong += 1 }
            guard endsTie[place], let last = steps.last else { continue }
            let isFar = Double(found - last.found) >= stride.0 || Double(wrong - last.wrong) >= stride.1
            if isFar || place + 1 == order.count { steps.append((found, wrong)) }
        }
        return steps
    }
}
