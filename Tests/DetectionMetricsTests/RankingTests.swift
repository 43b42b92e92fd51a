import DetectionMetrics
import Readings
import Statistics
import Testing

@Suite struct RankingTests {
    /// The probability that an anomalous reading scores above a normal one, by comparing every pair.
    private func pairs(_ scores: [Double], _ anomalous: [Bool]) -> Double {
        var sum = 0.0
        var count = 0.0
        for wrong in scores.indices where anomalous[wrong] {
            for right in scores.indices where !anomalous[right] {
                count += 1
                if scores[wrong] > scores[right] { sum += 1 }
                if scores[wrong] == scores[right] { sum += 0.5 }
            }
        }
        return sum / count
    }

    /// The mean, over anomalous readings, of the share of anomalous ones among all readings that score as
    /// high.
    private func precision(_ scores: [Double], _ anomalous: [Bool]) -> Double {
        let shares = scores.indices.filter { anomalous[$0] }.map { wrong in
            let above = scores.indices.filter { scores[$0] >= scores[wrong] }
            return Double(above.count { anomalous[$0] }) / Double(above.count)
        }
        return shares.reduce(0, +) / Double(shares.count)
    }

    /// Few distinct scores give many ties.
    @Test(arguments: [2, 5, 20, 1_000_000], [0.02, 0.3, 0.9])
    func equalsItsDefinition(distinct: Int, share: Double) throws {
        for seed: UInt64 in 0..<20 {
            var random = SplitMix64(seed: seed)
            let count = Int.random(in: 2...150, using: &random)
            var anomalous = (0..<count).map { _ in Double.random(in: 0..<1, using: &random) < share }
            anomalous[0] = true
            anomalous[1] = false
            let scores = (0..<count).map { _ in Double(Int.random(in: 0..<distinct, using: &random)) - 3 }
            let ranking = try #require(Ranking(scores: scores, anomalous: anomalous))
            try #require(abs(ranking.rocAUC - pairs(scores, anomalous)) < 1e-12)
            try #require(abs(ranking.averagePrecision - precision(scores, anomalous)) < 1e-12)
        }
    }

    @Test func perfectWorstAndConstantScores() throws {
        let truth = [true, true, false, false]
        let perfect = try #require(Ranking(scores: [4, 3, 2, 1], anomalous: truth))
        #expect(perfect.rocAUC == 1 && perfect.averagePrecision == 1)
        let worst = try #require(Ranking(scores: [1, 2, 3, 4], anomalous: truth))
        #expect(worst.rocAUC == 0 && abs(worst.averagePrecision - (1.0 / 3 + 0.5) / 2) < 1e-12)
        let constant = try #require(Ranking(scores: [7, 7, 7, 7], anomalous: truth))
        #expect(constant.rocAUC == 0.5 && constant.averagePrecision == 0.5)
    }

    @Test(arguments: [[], [true], [false], [true, true], [false, false, false]])
    func needsBothClasses(truth: [Bool]) {
        #expect(Ranking(scores: truth.map { _ in 1 }, anomalous: truth) == nil)
    }
}
