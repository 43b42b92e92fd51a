/// A detector that learns from some rows of a matrix and scores others.
package protocol TableDetector: Sendable {
    /// What a table of results calls it.
    var name: String { get }

    /// Scores rows; the larger, the stranger.
    ///
    /// - Parameters:
    ///   - asked: the rows to score, group by group.
    ///   - learning: rows to learn from; none of them labelled anomalous.
    func scores(of asked: [Int], learning: [Int], in matrix: FeatureMatrix) async throws -> [Double]
}
