internal import Catalog

/// A detector that learns from some rows of a window table and scores others.
protocol TableDetector: Sendable {
    /// What a table of results calls it.
    var name: String { get }

    /// Scores windows; the larger, the stranger.
    ///
    /// - Parameters:
    ///   - asked: the rows to score, meter by meter.
    ///   - learning: rows to learn from; none of them labelled anomalous.
    func scores(of asked: [Int], learning: [Int], in table: WindowTable) async throws -> [Double]
}

extension WindowTable {
    /// The rows of each meter, in the order of the meters.
    func byMeter(_ rows: [Int]) -> [(meter: Int, rows: [Int])] {
        Dictionary(grouping: rows) { windows[$0].meter }.sorted { $0.key < $1.key }
            .map { (meter: $0.key, rows: $0.value) }
    }

    /// Some rows' features as one row-major array.
    func features(of rows: [Int]) -> [Float] {
        rows.flatMap { features(of: $0) }
    }
}
