/// How well scores put anomalous readings above normal ones, whatever the threshold.
public struct Ranking: Codable, Equatable, Sendable {
    /// The chance that an anomalous reading scores above a normal one, ties counting half.
    public let rocAUC: Double
    /// Average precision: the mean precision over all anomalous readings, in order of score; readings of
    /// equal score are taken together.
    public let averagePrecision: Double

    /// Ranks readings.
    ///
    /// - Parameters:
    ///   - scores: the larger, the more anomalous.
    ///   - anomalous: the truth, one for each score.
    /// - Returns: nil unless both classes are there.
    public init?(scores: [Double], anomalous: [Bool]) {
        precondition(scores.count == anomalous.count, "a truth for each score")
        let positives = Double(anomalous.count { $0 })
        let negatives = Double(anomalous.count) - positives
        guard positives > 0, negatives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var truePositives = 0.0
        var falsePositives = 0.0
        var area = 0.0
        var precisionSum = 0.0
        var start = 0
        while start < order.count {
            var end = start
            var found = 0.0
            while end < order.count, scores[order[end]] == scores[order[start]] {
                if anomalous[order[end]] { found += 1 }
                end += 1
            }
            let wrong = Double(end - start) - found
            area += wrong * (truePositives + found / 2)
            truePositives += found
            falsePositives += wrong
            precisionSum += found * truePositives / (truePositives + falsePositives)
            start = end
        }
        rocAUC = area / (positives * negatives)
        averagePrecision = precisionSum / positives
    }
}
