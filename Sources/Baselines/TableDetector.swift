/// A baseline detector, which learns from some rows of a feature matrix and scores others.
package protocol TableDetector: Sendable {
    /// The detector's name in a table of results.
    var name: String { get }

    /// Scores rows; larger is stranger.
    ///
    /// - Parameters:
    ///   - asked: the rows to score, sorted by group.
    ///   - learning: the rows to learn from, none of them labelled anomalous.
    ///   - matrix: the matrix of these rows.
    func scores(of asked: [Int], learning: [Int], in matrix: FeatureMatrix) async throws -> [Double]
}
