package import VectorIndex

/// The local outlier factor (Breunig, Kriegel, Ng and Sander 2000): how much thinner known rows lie around a
/// window than around its neighbours. 1 is as dense as they have it; the larger, the stranger.
///
/// On the labelled meters at hand it ranked worse than the plain distance, so no verdict asks it; it is there
/// to be compared with.
package struct LocalOutlierFactor: Sendable {
    /// How many neighbours make a neighbourhood; scikit-learn's figure.
    private static let neighbours = 20
    /// Keeps the density of equal rows finite; scikit-learn's figure.
    private static let softening = 1e-10

    private let known: SharedIndex
    /// Fewer than usual where there are few rows.
    private let neighbours: Int
    /// Each row's distance to the last of its neighbours.
    private let reaches: [Double]
    /// Each row's density: one over the mean reach of its neighbours.
    private let densities: [Double]

    /// Learns from rows.
    ///
    /// - Parameters:
    ///   - rows: row-major, finite, at least two.
    ///   - width: the length of a row.
    package init(_ rows: [Float], width: Int) throws(VectorIndexError) {
        let count = rows.count / width
        precondition(count >= 2, "two rows, to have a neighbour each")
        let neighbours = min(Self.neighbours, count - 1)
        var index = try VectorIndex(flatDimension: width)
        try index.add(rows)
        var lists: [[FoundRow]] = []
        lists.reserveCapacity(count)
        for row in 0..<count {
            let found = try index.search(index.row(row), k: neighbours + 1)[query: 0]
            // Among many equal rows its own may not be named.
            let others = found.filter { $0.row != row }
            lists.append(Array(others.prefix(neighbours)))
        }
        let reaches = lists.map { $0.last?.distance ?? 0 }
        known = SharedIndex(index)
        self.neighbours = neighbours
        self.reaches = reaches
        densities = lists.map { Self.density($0, reaches) }
    }

    /// The factor of a row that is not among the known.
    package func score(_ row: [Float]) throws(VectorIndexError) -> Double {
        let nearest = Array(try known.index.search(row, k: neighbours)[query: 0])
        let around = nearest.reduce(0) { $0 + densities[$1.row] } / Double(nearest.count)
        return around / Self.density(nearest, reaches)
    }

    private static func density(_ nearest: [FoundRow], _ reaches: [Double]) -> Double {
        let sum = nearest.reduce(0) { $0 + max($1.distance, reaches[$1.row]) }
        return 1 / (sum / Double(max(nearest.count, 1)) + softening)
    }
}

extension FoundRow {
    /// The distance itself; rounding may leave the square of nothing below nothing.
    fileprivate var distance: Double { Double(max(squaredDistance, 0)).squareRoot() }
}
