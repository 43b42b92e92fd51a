import Detection
import DetectionMetrics
import Foundation
import IndexSupport
import Readings
import TestSupport
import Testing
import Training

/// Compares the forest's probabilities with those of scikit-learn on the same rows; no two programs grow the
/// same trees. Skipped where `python3` has no scikit-learn.
@Suite struct ScikitForestTests {
    private static let script = """
        import json, sys
        from sklearn.ensemble import ExtraTreesClassifier
        given = json.load(sys.stdin)
        forest = ExtraTreesClassifier(200, min_samples_leaf=3, max_features="sqrt", random_state=1)
        forest.fit(given["rows"], given["anomalous"])
        json.dump(forest.predict_proba(given["later"])[:, 1].tolist(), sys.stdout)
        """

    private struct Given: Encodable {
        let rows: [[Float]]
        let anomalous: [Bool]
        let later: [[Float]]
    }

    @Test(.enabled(if: ScikitPython.isInstalled, "python3 has no scikit-learn"))
    func saysNearlyTheSame() async throws {
        let blobs = LabelledRows.blobs(600, apart: 1, seed: 1)
        let later = LabelledRows.blobs(300, apart: 1, seed: 2)
        let given = Given(rows: blobs.rows, anomalous: blobs.anomalous, later: later.rows)
        let answer = try #require(ScikitPython.output(of: Self.script, input: JSONEncoder().encode(given)))
        let theirs = try JSONDecoder().decode([Double].self, from: answer)
        let ours = try await later.rows.map(blobs.trainer().train().probability)
        let differences = zip(ours, theirs).map { abs($0 - $1) }
        #expect(ours.count == theirs.count)
        #expect(differences.reduce(0, +) / Double(ours.count) < 0.03)
        let quality = try #require(Ranking(scores: ours, anomalous: later.anomalous))
        let wanted = try #require(Ranking(scores: theirs, anomalous: later.anomalous))
        #expect(abs(quality.rocAUC - wanted.rocAUC) < 0.02)
    }
}
