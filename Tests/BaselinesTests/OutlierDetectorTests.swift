import Baselines
import Foundation
import IndexSupport
import Readings
import TestSupport
import Testing
import VectorIndex

/// Compares the isolation forest and the local outlier factor with those of scikit-learn 1.9.1 on the same
/// rows.
@Suite struct OutlierDetectorTests {
    private static let width = 4

    /// Rows that are easy to compute in any language: evenly distributed, but every twenty-fifth row is
    /// shifted.
    private static func rows(_ numbers: Range<Int>) -> [[Float]] {
        numbers.map { i in
            (0..<width).map { j in
                let even = Double((i * i * 31 + i * (2 * j + 3) * 7919 + j * 104_729) % 997) / 997
                return Float(even * Double(j % 2 + 1) + (i % 25 == 0 ? 1.5 : 0))
            }
        }
    }

    private static let known = rows(1..<301)
    private static let asked = rows(1000..<1030)

    /// `-LocalOutlierFactor(20, novelty=True).fit(known).score_samples(asked)`
    private static let factors = [
        2.148728, 1.099178, 1.018868, 0.981951, 0.988006, 1.063468, 1.295138, 0.992821, 1.018003, 1.003409,
        1.027854, 1.114922, 0.988092, 1.008856, 1.040226, 1.231134, 1.019631, 0.999782, 1.027302, 1.018365,
        1.001548, 1.014186, 1.008826, 0.964014, 1.355223, 1.938501, 0.994797, 1.061937, 1.116561, 0.981318,
    ]

    /// `-IsolationForest(500).fit(known).score_samples(asked)`, the mean of six seeds
    private static let isolations = [
        0.7138, 0.4864, 0.4541, 0.4558, 0.4582, 0.4969, 0.5988, 0.4697, 0.4479, 0.4576, 0.4926, 0.4936,
        0.4592, 0.4453, 0.4868, 0.5423, 0.4682, 0.4817, 0.4902, 0.4607, 0.4597, 0.4739, 0.4508, 0.4336,
        0.5549, 0.6606, 0.4573, 0.4742, 0.5007, 0.4473,
    ]

    private func forest(trees: Int = 500, seed: UInt64 = 1) -> IsolationForest {
        IsolationForest(Self.known.flatMap(\.self), width: Self.width, trees: trees, seed: seed)
    }

    @Test func factorsEqualScikitLearns() throws {
        let detector = try LocalOutlierFactor(Self.known.flatMap(\.self), width: Self.width)
        for (row, wanted) in zip(Self.asked, Self.factors) {
            #expect(abs(try detector.score(row) - wanted) < 2e-5)
        }
    }

    @Test func isolationEqualsScikitLearns() {
        let forest = forest()
        let found = Self.asked.map(forest.score)
        let differences = zip(found, Self.isolations).map { abs($0 - $1) }
        #expect(differences.max() ?? 1 < 0.025)
        #expect(zip(found, Self.isolations).reduce(0) { $0 + $1.0 - $1.1 } / 30 < 0.004)
    }

    private struct Given: Encodable {
        let known: [[Float]]
        let asked: [[Float]]
    }

    private struct Found: Decodable {
        let factors: [Double]
        let isolations: [Double]
    }

    private static let script = """
        import json, sys
        from sklearn.ensemble import IsolationForest
        from sklearn.neighbors import LocalOutlierFactor
        given = json.load(sys.stdin)
        factor = LocalOutlierFactor(n_neighbors=20, novelty=True).fit(given["known"])
        forest = IsolationForest(n_estimators=500, random_state=1).fit(given["known"])
        json.dump({
            "factors": (-factor.score_samples(given["asked"])).tolist(),
            "isolations": (-forest.score_samples(given["asked"])).tolist(),
        }, sys.stdout)
        """

    @Test(.enabled(if: ScikitPython.isInstalled, "python3 has no scikit-learn"))
    func bothEqualScikitLearnOnThisMachine() throws {
        let known = LabelledRows.blobs(500, apart: 1, seed: 3).rows
        let asked = LabelledRows.blobs(100, apart: 2, seed: 4).rows
        let input = try JSONEncoder().encode(Given(known: known, asked: asked))
        let output = try #require(ScikitPython.output(of: Self.script, input: input))
        let theirs = try JSONDecoder().decode(Found.self, from: output)
        let factor = try LocalOutlierFactor(known.flatMap(\.self), width: 10)
        let forest = IsolationForest(known.flatMap(\.self), width: 10, trees: 500, seed: 1)
        for (row, wanted) in zip(asked, zip(theirs.factors, theirs.isolations)) {
            #expect(abs(try factor.score(row) - wanted.0) < 1e-3)
            #expect(abs(forest.score(row) - wanted.1) < 0.03)
        }
    }

    @Test func equalSeedsGrowEqualForests() {
        #expect(forest(trees: 20) == forest(trees: 20))
        #expect(forest(trees: 20) != forest(trees: 20, seed: 2))
    }

    /// A single row and equal rows are not strange, and nothing fails.
    @Test(arguments: [1, 2, 300]) func equalRowsAreTypical(count: Int) {
        let forest = IsolationForest(Array(repeating: 1, count: count * 3), width: 3, trees: 20, seed: 1)
        #expect(abs(forest.score([1, 1, 1]) - 0.5) < 1e-6)
    }

    @Test func equalRowsAreAsDenseAsEachOther() throws {
        let factor = try LocalOutlierFactor(Array(repeating: 1, count: 90), width: 3)
        #expect(abs(try factor.score([1, 1, 1]) - 1) < 1e-6)
        #expect(try factor.score([2, 1, 1]) > 1e6)
    }
}
