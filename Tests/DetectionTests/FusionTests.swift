import Detection
import Foundation
import Testing

@Suite struct FusionTests {
    static let incidents = [0, 1, 3, 20, 72, 10_000]

    private func evidence(
        strangeness: Double = 0.7,
        normal: Double = 0.95,
        anomalous: Double? = 0.45,
        probability: Double? = 0.75
    ) -> Evidence {
        Evidence(
            strangeness: strangeness,
            normalDistance: normal,
            anomalousDistance: anomalous,
            probability: probability
        )
    }

    private func weight(_ evidence: Evidence, _ incidents: Int) -> Double {
        Fusion(incidents: incidents).weigh(evidence)
    }

    private func isRising(_ values: [Double], strictly: Bool = true) -> Bool {
        zip(values, values.dropFirst()).allSatisfy { strictly ? $0 < $1 : $0 <= $1 }
    }

    /// By hand: twice as near to an anomaly, with the softening, is log 2; odds of three to one are log 3.
    @Test func weightsByHand() {
        let (near, odds) = (log(2.0), log(3.0))
        let found = evidence()
        #expect(abs(weight(found, 0) - (0.7 + near)) < 1e-12)
        #expect(abs(weight(found, 20) - (0.75 * 0.7 + near + 0.175 * odds)) < 1e-12)
        let many = 14.0 / 23 * 0.7 + near + 0.35 * 18 / 23 * odds
        #expect(abs(weight(found, 72) - many) < 1e-12)
        // The same distances exchanged: this counts as evidence for normal only as far as labels are trusted.
        let far = evidence(normal: 0.45, anomalous: 0.95, probability: 0.25)
        #expect(weight(far, 0) == 0.7)
        #expect(abs(weight(far, 20) - (0.75 * 0.7 - 0.5 * near - 0.175 * odds)) < 1e-12)
        #expect(abs(weight(far, 72) - (14.0 / 23 * 0.7 - 18.0 / 23 * (near + 0.35 * odds))) < 1e-12)
    }

    @Test func trustGrowsWithLabels() {
        #expect(Fusion(incidents: 0).trust == 0 && Fusion(incidents: 20).trust == 0.5)
        let trust = Self.incidents.map { Fusion(incidents: $0).trust }
        #expect(isRising(trust) && trust.allSatisfy { $0 < 1 })
    }

    @Test(arguments: incidents) func eachPartPullsItsWay(incidents: Int) {
        let steps = (-40...40).map { Double($0) / 10 }
        #expect(isRising(steps.map { weight(evidence(strangeness: $0), incidents) }))
        // Far from all anomalies, a little nearer changes nothing while no label is trusted.
        let distances = (0...80).map { Double($0) / 20 }
        let farther = distances.map { weight(evidence(normal: $0), incidents) }
        #expect(isRising(farther, strictly: incidents > 0))
        let nearer = distances.reversed().map { weight(evidence(anomalous: $0), incidents) }
        #expect(isRising(nearer, strictly: incidents > 0))
        let shares = (1...99).map { weight(evidence(probability: Double($0) / 100), incidents) }
        #expect(isRising(shares, strictly: incidents > 0))
        let ends = [0, 0.002, 0.003].map { weight(evidence(probability: $0), incidents) }
        #expect(ends[0] == ends[2] && ends[1] == ends[2])
    }

    @Test(arguments: [-3, 0, 0.7, 12.5]) func withoutLabelsStrangenessIsAll(strangeness: Double) {
        let found = evidence(strangeness: strangeness, anomalous: nil, probability: nil)
        #expect(weight(found, 0) == strangeness)
        #expect(found.resemblance == nil && found.odds == nil)
    }

    @Test func theFirstLabelNearbyCountsInFull() {
        let before = weight(evidence(anomalous: nil, probability: nil), 0)
        let far = evidence(anomalous: 3, probability: nil)
        let near = evidence(anomalous: 0.1, probability: nil)
        #expect(weight(far, 0) == before)
        #expect(abs(weight(near, 0) - before - log(1 / 0.15)) < 1e-12)
        let touching = weight(evidence(anomalous: 0, probability: nil), 0)
        #expect(touching > weight(near, 0) && touching.isFinite)
    }

    @Test func strangenessIsInUnitsOfTheReference() {
        #expect(Evidence.strangeness(0.3, reference: 0.3) == 0)
        #expect(abs(Evidence.strangeness(1.95, reference: 0.95) - log(2)) < 1e-12)
        #expect(
            Evidence.strangeness(0, reference: 0) == 0 && Evidence.strangeness(1e6, reference: 0).isFinite
        )
    }

    @Test(arguments: [0, 0.5, 1]) func oddsAreFinite(probability: Double) throws {
        let odds = try #require(evidence(probability: probability).odds)
        #expect(odds.isFinite && (odds == 0) == (probability == 0.5) && (odds > 0) == (probability == 1))
    }
}
