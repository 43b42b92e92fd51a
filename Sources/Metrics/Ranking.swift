/// How well scores put anomalous readings above normal ones, whatever the threshold.
public struct Ranking: Codable, Equatable, Sendable {
    /// The chance that an anomalous reading scores above a normal one, ties counting half.
    public let rocAUC: Double
    /// Average precision: the mean precision over all anomalous readings, in order of score; readings of
    /// equal score are taken together.
    public let averagePrecision: Double

    init(rocAUC: Double, averagePrecision: Double) {
        self.rocAUC = rocAUC
        self.averagePrecision = averagePrecision
    }

    /// Ranks readings.
    ///
    /// - Parameters:
    ///   - scores: the larger, the more anomalous.
    ///   - anomalous: the truth, one for each score.
    /// - Returns: nil unless both classes are there.
    public init?(scores: [Double], anomalous: [Bool]) {
        guard let ranking = SortedScores(scores, anomalous: anomalous).ranking({ _ in 1 }) else { return nil }
        self = ranking
    }
}
