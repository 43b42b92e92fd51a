/// A baseline detector, which learns from some rows of a feature matrix and scores others.
package protocol TableDetector: Sendable {
    /// The detector's name in a table of results.
    var name: String { get }

    /// Scores rows; larger is stranger.
    ///
    /// - Parameters:
    ///   - test: the rows to score, sorted by group.
    ///   - training: the rows to learn from, none of them labelled anomalous.
    ///   - matrix: the matrix of these rows.
    func scores(of test: [Int], training: [Int], in matrix: FeatureMatrix) async throws -> [Double]
}

/// Rows of features that belong to groups, from which the baseline detectors learn and which they score.
package struct FeatureMatrix: Sendable {
    /// The columns' names, such as `L1/tail`: a channel and a feature.
    package let names: [String]
    /// Row-major values.
    package let values: [Float]
    /// The group of each row, such as its meter's number.
    package let groups: [Int]

    /// A matrix.
    ///
    /// - Parameters:
    ///   - names: one for each column.
    ///   - values: row-major.
    ///   - groups: one for each row.
    package init(names: [String], values: [Float], groups: [Int]) {
        precondition(
            values.count == names.count * groups.count,
            "there must be one value for each row and column"
        )
        self.names = names
        self.values = values
        self.groups = groups
    }

    /// The number of columns.
    package var width: Int { names.count }

    /// One row.
    package func row(_ row: Int) -> ArraySlice<Float> { values[row * width..<(row + 1) * width] }

    /// Some rows, row-major.
    func rows(_ rows: [Int]) -> [Float] { rows.flatMap { row($0) } }

    /// Some rows by group, in the order of the groups.
    func grouped(_ rows: [Int]) -> [(group: Int, rows: [Int])] {
        Dictionary(grouping: rows) { groups[$0] }.sorted { $0.key < $1.key }
            .map { (group: $0.key, rows: $0.value) }
    }
}
