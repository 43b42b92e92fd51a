import DetectionMetrics
import Readings
import Statistics
import Testing

/// Compares the figures of incidents with slow and simple implementations.
@Suite struct IncidentFigureTests {
    static func meters(seed: UInt64, share: Double, count: Int = 3) -> [Name: [Evaluation.Point]] {
        var random = SplitMix64(seed: seed)
        var meters: [Name: [Evaluation.Point]] = [:]
        for meter in 0..<count {
            var isAnomalous = false
            meters["m\(meter)"] = (0..<Int.random(in: 1...140, using: &random)).map { index in
                if Double.random(in: 0..<1, using: &random) < 0.2 {
                    isAnomalous = Double.random(in: 0..<1, using: &random) < share
                }
                let lift = isAnomalous ? 0.6 : 0
                let score = (Double.random(in: 0...2, using: &random) * 10).rounded() / 10 + lift
                return Evaluation.Point(
                    time: Timestamp(milliseconds: Int64(index) * 900_000),
                    score: score,
                    isAnomalous: isAnomalous
                )
            }
        }
        return meters
    }

    @Test(arguments: [0.05, 0.3, 0.8])
    func equalTheirDefinitions(share: Double) throws {
        for seed: UInt64 in 0..<60 {
            let meters = Self.meters(seed: seed, share: share)
            let line = Evaluation(meters, threshold: 1.5).pooled
            let naive = NaiveIncidents(meters.map(\.value), threshold: 1.5)
            try #require([line.events.incidents, line.events.found, line.events.falseEvents] == naive.events)
            try #require(line.incidents == naive.events[0] && line.incidentsFound == naive.events[1])
            try #require(close(line.ranges.precision, naive.rangePrecision))
            try #require(close(line.ranges.recall, naive.rangeRecall))
            try #require((line.delay?.found ?? 0) == naive.delays.count)
            guard let delay = line.delay else { continue }
            let middle = naive.delays.count / 2
            let median =
                naive.delays.count % 2 == 1
                ? Double(naive.delays[middle]) : Double(naive.delays[middle - 1] + naive.delays[middle]) / 2
            try #require(delay.medianReadings == median && delay.medianSeconds == median * 900)
            try #require(
                delay.longestReadings == naive.delays.last && delay.missed == naive.events[0] - delay.found
            )
        }
    }

    @Test(arguments: [0, 1, 2, 7, 40])
    func volumeEqualsItsDefinition(buffer: Int) throws {
        for seed: UInt64 in 0..<12 {
            let meters = Self.meters(seed: seed, share: seed % 2 == 0 ? 0.15 : 0.5)
            let points = meters.values.joined()
            let anomalous = points.count(where: \.isAnomalous)
            let found = Evaluation(meters, buffer: buffer).pooled.vusPR
            guard anomalous > 0, anomalous < points.count else {
                try #require(found == nil)
                continue
            }
            let naive = NaiveVolume(meters.map(\.value), buffer: buffer).precisionRecall
            try #require(abs(try #require(found) - naive) < 1e-9)
        }
    }

    @Test func eventsByHand() {
        // Two incidents, one found. One run of alarms starts before it; the other lies outside both
        // incidents.
        let scores: [Double] = [0, 2, 2, 0, 0, 0, 2, 2, 2, 0, 0, 0]
        let truth = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1]
        let line = Evaluation(["a": EvaluationTests.points(scores, truth)]).pooled
        #expect(line.events.incidents == 2 && line.events.found == 1 && line.events.falseEvents == 1)
        #expect(line.events.precision == 0.5 && line.events.recall == 0.5 && line.events.f1 == 0.5)
        #expect(line.delay?.medianReadings == 0 && line.delay?.missed == 1)
        // The first run of alarms is outside, two thirds of the second are inside. Two thirds of one incident
        // are covered.
        #expect(close(line.ranges.precision, 1.0 / 3) && close(line.ranges.recall, 1.0 / 3))
    }

    @Test func aDayIsTheDefaultBuffer() {
        func points(every interval: Int64) -> [Evaluation.Point] {
            (0..<400).map {
                Evaluation.Point(
                    time: Timestamp(milliseconds: $0 * interval),
                    score: 0,
                    isAnomalous: (50..<57).contains($0)
                )
            }
        }
        #expect(Evaluation(["a": points(every: 3_600_000)]).buffer == 24)
        #expect(Evaluation(["a": points(every: 900_000)]).buffer == 96)
        // A day of seconds is too long, so the buffer is the median length of an incident.
        #expect(Evaluation(["a": points(every: 1_000)]).buffer == 7)
        #expect(Evaluation([:]).buffer == 1)
    }
}

func close(_ one: Double?, _ other: Double?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return abs(one - other) < 1e-12
}
