import DetectionMetrics
import Readings
import Statistics
import Testing

@Suite struct BootstrapTests {
    /// Ten weeks of hourly readings of some meters. Anomalies come in runs, and some weeks have none.
    private func meters(_ count: Int, seed: UInt64) -> [Name: [Evaluation.Point]] {
        var random = SplitMix64(seed: seed)
        var meters: [Name: [Evaluation.Point]] = [:]
        for meter in 0..<count {
            var left = 0
            meters["m\(meter)"] = (0..<1_680).map { hour in
                if left == 0, Double.random(in: 0..<1, using: &random) < 0.005 { left = 8 }
                left = max(left - 1, 0)
                let noise = Double.random(in: 0..<1.5, using: &random)
                return Evaluation.Point(
                    time: Timestamp(milliseconds: Int64(hour) * 3_600_000),
                    score: noise + (left > 0 ? 0.7 : 0),
                    p: 1 - noise / 1.5,
                    isAnomalous: left > 0
                )
            }
        }
        return meters
    }

    @Test func aWeightCountsAsRepetition() throws {
        for seed: UInt64 in 0..<30 {
            var random = SplitMix64(seed: seed)
            let scores = (0..<60).map { _ in Double(Int.random(in: 0..<9, using: &random)) }
            let truth = (0..<60).map { $0 < 2 || Int.random(in: 0..<4, using: &random) == 0 }
            let times = (0..<60).map { _ in Int.random(in: 0..<4, using: &random) }
            let repeated = times.indices.flatMap { [Int](repeating: $0, count: times[$0]) }
            let weighed = SortedScores(scores, anomalous: truth).ranking { Double(times[$0]) }
            let plain = Ranking(scores: repeated.map { scores[$0] }, anomalous: repeated.map { truth[$0] })
            #expect(close(weighed?.rocAUC, plain?.rocAUC))
            #expect(close(weighed?.averagePrecision, plain?.averagePrecision))
        }
    }

    /// Compares with a slow version of the same draws, which copies whole weeks of readings and evaluates
    /// them.
    @Test func equalsAnEvaluationOfCopiedWeeks() async throws {
        let points = meters(3, seed: 5)
        let weeks = points.sorted { $0.key < $1.key }.flatMap { _, points in
            Dictionary(grouping: points) { $0.time.milliseconds / 604_800_000 }.sorted { $0.key < $1.key }
                .map(\.value)
        }
        var drawn: [Evaluation.Line] = []
        var rates: [Double] = []
        for draw in 0..<40 {
            var random = SplitMix64(seed: 9).split(UInt64(draw))
            let chosen = weeks.indices.map { _ in weeks[Int.random(in: weeks.indices, using: &random)] }
            let all = Dictionary(uniqueKeysWithValues: chosen.enumerated().map { (Name("\($0)"), $1) })
            drawn.append(Evaluation(all, buffer: 0).pooled)
            let normals = chosen.joined().filter { !$0.isAnomalous }
            rates.append(Double(normals.count { ($0.p ?? 1) <= 0.01 }) / Double(normals.count))
        }
        let evaluation = try await Evaluation(points).with(
            Bootstrap(points, threshold: 1),
            draws: 40,
            seed: 9
        )
        let intervals = try #require(evaluation.intervals)
        #expect(intervals.draws == 40 && intervals.blocks == weeks.count && intervals.seed == 9)
        func expect(_ interval: Interval?, _ figures: [Double?]) {
            let sorted = figures.compactMap(\.self).sorted()
            // The 2.5th percentile of forty values lies between the first and the second.
            #expect(close(interval?.low, sorted[0] + 0.975 * (sorted[1] - sorted[0])))
            #expect(close(interval?.high, sorted[38] + 0.025 * (sorted[39] - sorted[38])))
        }
        expect(intervals.rocAUC, drawn.map { $0.ranking?.rocAUC })
        expect(intervals.averagePrecision, drawn.map { $0.ranking?.averagePrecision })
        expect(intervals.f1, drawn.map(\.f1))
        expect(intervals.precision, drawn.map(\.precision))
        expect(intervals.recall, drawn.map(\.recall))
        expect(intervals.falseAlarmRate, drawn.map(\.falseAlarmRate))
        expect(evaluation.reliability.first { $0.nominal == 0.01 }?.interval, rates)
        // Copying weeks splits an incident that crosses the end of a week, so these are close but not equal.
        let events = drawn.compactMap(\.events.f1)
        let mean = events.reduce(0, +) / Double(events.count)
        let interval = try #require(intervals.eventF1)
        #expect(interval.low < mean && mean < interval.high)
    }

    @Test func equalSeedsAgreeAndMoreWeeksGiveNarrowerIntervals() async throws {
        let few = meters(1, seed: 3)
        let many = meters(12, seed: 3)
        let first = try await Bootstrap(few, threshold: 1).intervals(draws: 100, seed: 2).figures
        #expect(try await Bootstrap(few, threshold: 1).intervals(draws: 100, seed: 2).figures == first)
        #expect(try await Bootstrap(few, threshold: 1).intervals(draws: 100, seed: 3).figures != first)
        let wide = try #require(first.averagePrecision)
        let narrow = try #require(
            try await Bootstrap(many, threshold: 1).intervals(draws: 100, seed: 2).figures.averagePrecision
        )
        #expect(narrow.high - narrow.low < (wide.high - wide.low) * 0.7)
    }

    @Test func nothingToDrawFrom() async throws {
        let intervals = try await Bootstrap([:], threshold: 1).intervals()
        #expect(intervals.figures.blocks == 0 && intervals.figures.rocAUC == nil)
        #expect(Evaluation([:]).reliability.isEmpty)
    }

    @Test func reliabilityByHand() throws {
        let points = (0..<1_000).map { index in
            Evaluation.Point(
                time: Timestamp(milliseconds: Int64(index)),
                score: 0,
                p: Double(index + 1) / 2_000,
                isAnomalous: index == 0
            )
        }
        let table = Evaluation(["a": points]).reliability
        #expect(table.map(\.nominal) == Reliability.rates)
        // The first reading is an anomaly. Reading 20 has p = 0.01, so nineteen normal readings have at most
        // that.
        #expect(table.first { $0.nominal == 0.01 }?.realised == 19.0 / 999)
        #expect(table.first { $0.nominal == 0.1 }?.realised == 199.0 / 999)
    }
}
