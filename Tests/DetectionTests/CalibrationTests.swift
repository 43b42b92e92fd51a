import Detection
import Foundation
import Readings
import Statistics
import Testing

@Suite struct CalibrationTests {
    /// Weights of meters at different levels, in three blocks for each meter.
    private func weights(_ perBlock: Int, meters: Int = 4, seed: UInt64) -> [[[Double]]] {
        var random = SplitMix64(seed: seed)
        return (0..<meters).map { meter in
            (0..<3).map { _ in
                (0..<perBlock).map { _ in 0.3 * Double(meter) + log(.random(in: 0.001...1, using: &random)) }
            }
        }
    }

    /// How many of the windows that were used for the calibration lie above the line.
    private func alarms(_ calibration: Calibration, _ weights: [[[Double]]]) -> Int {
        weights.enumerated().reduce(0) { sum, meter in
            sum + meter.element.joined().count { calibration.score($0, meter: meter.offset) > 1 }
        }
    }

    @Test(arguments: [0.001, 0.01, 0.05, 0.2, 0.5], [1, 7, 60, 333])
    func theNominalShareLiesAboveTheLine(rate: Double, perBlock: Int) {
        for seed: UInt64 in 0..<10 {
            let weights = weights(perBlock, seed: seed)
            let calibration = Calibration(weights, falseAlarmRate: rate)
            let wanted = rate * Double(12 * perBlock)
            #expect(abs(Double(alarms(calibration, weights)) - wanted) <= 1)
        }
    }

    @Test(arguments: [0, 0.3, 1])
    func aMeterIsShiftedAsFarAsItsWindowsAreKnownToBeNormal(trust: Double) {
        let weights = weights(100, seed: 4)
        let surely = Calibration(weights).offsets
        let calibration = Calibration(weights, trust: trust)
        #expect(surely.contains { abs($0) > 0.1 })
        #expect(calibration.offsets == surely.map { trust * $0 })
        #expect(abs(alarms(calibration, weights) - 12) <= 1)
    }

    /// With more windows than a calibration keeps, evenly spaced ones represent all.
    @Test func theShareHoldsForVeryManyWindows() {
        let weights = weights(4000, seed: 1)
        let calibration = Calibration(weights)
        #expect(calibration.weights.count == 20_000)
        #expect(abs(alarms(calibration, weights) - 480) <= 4)
        let offsets = calibration.offsets
        let all = zip(weights, offsets).flatMap { blocks, offset in blocks.joined().map { $0 - offset } }
        #expect(calibration.weights.first == all.min() && calibration.weights.last == all.max())
    }

    @Test func pIsTheShareAtLeastAsStrange() {
        let weights = weights(60, seed: 2)
        let calibration = Calibration(weights)
        #expect(calibration.offsets.contains { $0 != 0 })
        var random = SplitMix64(seed: 3)
        let known = zip(weights, calibration.offsets).flatMap { blocks, offset in
            blocks.joined().map { $0 - offset }
        }
        for _ in 0..<300 {
            let meter: Int? = [0, 1, 2, 3, 4, -1, nil][Int.random(in: 0..<7, using: &random)]
            let offset = meter.flatMap { weights.indices.contains($0) ? calibration.offsets[$0] : nil } ?? 0
            let weight = Double.random(in: -8...2, using: &random)
            let count = known.count { $0 >= weight - offset }
            #expect(calibration.p(weight, meter: meter) == Double(count + 1) / Double(known.count + 1))
        }
        // Weights that are equal to the last bit.
        for weight in calibration.weights {
            let count = known.count { $0 >= weight }
            #expect(calibration.p(weight, meter: nil) == Double(count + 1) / Double(known.count + 1))
        }
    }

    @Test func tiesCountInFull() {
        let calibration = Calibration([[[1, 1, 1, 2]]])
        #expect([0, 1, 1.5, 2, 3].map { calibration.p($0, meter: 0) } == [1, 1, 0.4, 0.4, 0.2])
    }

    @Test(arguments: [0.001, 0.02, 0.3]) func anotherRateNeedsNoLearning(rate: Double) {
        let weights = weights(100, seed: 4)
        let learnt = Calibration(weights, falseAlarmRate: rate)
        let changed = Calibration(weights).with(.rate(rate), interval: 1)
        #expect(changed == learnt && changed.falseAlarmRate == rate)
        #expect(changed.with(.rate(Calibration.defaultFalseAlarmRate), interval: 1) == Calibration(weights))
    }

    /// An hourly meter has 168 readings a week, a meter read once a week has one.
    @Test(arguments: [(1, 3_600_000, 1.0 / 168), (5, 900_000, 5.0 / 672), (3, 604_800_000, 1)])
    func alarmsAWeekAreAShare(count: Double, interval: Int64, rate: Double) {
        let calibration = Calibration(weights(100, seed: 9))
        let asked = calibration.with(.perWeek(count), interval: interval)
        #expect(asked == calibration.with(.rate(rate), interval: interval))
    }

    /// A window that had this score has the score 1 with the new line.
    @Test(arguments: [0.3, 1, 1.2, 40]) func aScoreBecomesTheLine(score: Double) {
        let weights = weights(100, seed: 10)
        let calibration = Calibration(weights)
        let changed = calibration.with(.score(score), interval: 1)
        for weight in stride(from: -6.0, to: 3, by: 0.25) {
            let ratio = calibration.score(weight, meter: 1) / changed.score(weight, meter: 1)
            #expect(abs(ratio / score - 1) < 1e-9)
            #expect(calibration.p(weight, meter: 1) == changed.p(weight, meter: 1))
        }
        let share = Double(alarms(changed, weights)) / 1200
        #expect(changed.falseAlarmRate == share)
    }

    @Test func stricterRatesAlarmLess() {
        let calibration = Calibration(weights(100, seed: 5))
        let lines = [0.5, 0.1, 0.01, 0.001].map { calibration.with(.rate($0), interval: 1).line }
        #expect(lines == lines.sorted())
    }

    @Test(arguments: [0, 3, nil, 99, -1] as [Int?]) func strangerIsNeverLess(meter: Int?) {
        let calibration = Calibration(weights(100, seed: 6))
        let steps = (-2000...2000).map { Double($0) / 100 }
        let scores = steps.map { calibration.score($0, meter: meter) }
        let ps = steps.map { calibration.p($0, meter: meter) }
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(ps, ps.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(ps.first == 1 && ps.last == 1 / 1201.0)
        for extreme in [1e300, .infinity] {
            #expect(calibration.score(extreme, meter: meter).isFinite)
            #expect(calibration.score(-extreme, meter: meter) > 0)
        }
    }

    @Test func unknownMetersAreNotShifted() {
        let calibration = Calibration(weights(100, seed: 7))
        for meter in [nil, 4, -1] as [Int?] {
            #expect(calibration.score(calibration.line, meter: meter) == 1)
        }
        let own = calibration.line + calibration.offsets[3]
        #expect(abs(calibration.score(own, meter: 3) - 1) < 1e-12)
    }

    @Test(arguments: [[], [[]], [[[]], [[], []]]] as [[[[Double]]]])
    func withoutWindowsNothingIsRare(weights: [[[Double]]]) {
        let calibration = Calibration(weights)
        #expect(calibration.weights.isEmpty && calibration.offsets.allSatisfy { $0 == 0 })
        #expect(calibration.score(0, meter: 0) == 1 && calibration.p(1000, meter: nil) == 1)
        #expect(calibration.with(.rate(0.5), interval: 1).line == 0)
    }

    @Test func comesBackFromItsFile() throws {
        let calibration = Calibration(weights(30, seed: 8), falseAlarmRate: 0.02)
        let data = try JSONEncoder().encode(calibration)
        #expect(try JSONDecoder().decode(Calibration.self, from: data) == calibration)
    }
}
