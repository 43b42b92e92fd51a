import DetectionMetrics
import Foundation
import Readings
import Testing

/// Compares the figures with those of scikit-learn 1.9.1 and TSB-AD 1.5, which `Fixtures/metrics.py` wrote.
@Suite struct EvaluationFixtureTests {
    struct Case: Decodable, Sendable {
        let scores: [Double]
        let labels: [Int]
        let buffer: Int
        let rocAUC: Double
        let averagePrecision: Double
        let precision: Double
        let recall: Double
        let f1: Double
        let vusPR: Double
    }

    private struct File: Decodable { let cases: [Case] }

    private static let cases: [Case] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/metrics.json"
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return (try? JSONDecoder().decode(File.self, from: data).cases) ?? []
    }()

    @Test func theFixtureIsFound() {
        #expect(Self.cases.count == 8)
    }

    @Test(arguments: cases)
    func equalsTheReference(_ given: Case) throws {
        let points = zip(given.scores, given.labels).enumerated().map { index, point in
            Evaluation.Point(
                time: Timestamp(milliseconds: Int64(index) * 3_600_000),
                score: point.0,
                isAnomalous: point.1 == 1
            )
        }
        let line = Evaluation(["a": points], buffer: given.buffer).pooled
        let ranking = try #require(line.ranking)
        #expect(abs(ranking.rocAUC - given.rocAUC) < 1e-12)
        #expect(abs(ranking.averagePrecision - given.averagePrecision) < 1e-12)
        #expect(abs(try #require(line.precision) - given.precision) < 1e-12)
        #expect(abs(try #require(line.recall) - given.recall) < 1e-12)
        #expect(abs(try #require(line.f1) - given.f1) < 1e-12)
        #expect(abs(try #require(line.vusPR) - given.vusPR) < 1e-12)
    }
}
