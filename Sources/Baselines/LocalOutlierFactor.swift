package import VectorIndex

/// The local outlier factor (Breunig, Kriegel, Ng and Sander 2000): how much less dense the known rows are
/// around a row than around its neighbours. At 1 they are equally dense; larger is stranger.
///
/// On our labelled meters it ranked worse than the plain distance. So no verdict uses it; it exists for
/// comparison.
package struct LocalOutlierFactor: Sendable {
    /// The number of neighbours, as in scikit-learn.
    private static let defaultNeighbours = 20
    /// Keeps the density of equal rows finite, as in scikit-learn.
    private static let softening = 1e-10

    private let known: SharedIndex
    /// Fewer than the default if there are few rows.
    private let neighbours: Int
    /// Each row's distance to the farthest of its neighbours: the paper's k-distance.
    private let neighbourDistances: [Double]
    /// Each row's local reachability density.
    private let densities: [Double]

    /// Learns from rows.
    ///
    /// - Parameters:
    ///   - rows: row-major, finite, at least two.
    ///   - width: the length of a row.
    package init(_ rows: [Float], width: Int) throws(VectorIndexError) {
        let count = rows.count / width
        precondition(count >= 2, "there must be at least two rows, so that each has a neighbour")
        let neighbours = min(Self.defaultNeighbours, count - 1)
        var index = try VectorIndex(flatDimension: width)
        try index.add(rows)
        var lists: [[FoundRow]] = []
        lists.reserveCapacity(count)
        for row in 0..<count {
            let found = try index.search(index.row(row), k: neighbours + 1)[query: 0]
            // The search may not return the row itself if many rows are equal to it.
            let others = found.filter { $0.row != row }
            lists.append(Array(others.prefix(neighbours)))
        }
        let neighbourDistances = lists.map { $0.last?.distance ?? 0 }
        known = SharedIndex(index)
        self.neighbours = neighbours
        self.neighbourDistances = neighbourDistances
        densities = lists.map { Self.density($0, neighbourDistances) }
    }

    /// The factor of a row that is not one of the known rows.
    package func score(_ row: [Float]) throws(VectorIndexError) -> Double {
        let nearest = Array(try known.index.search(row, k: neighbours)[query: 0])
        let around = nearest.reduce(0) { $0 + densities[$1.row] } / Double(nearest.count)
        return around / Self.density(nearest, neighbourDistances)
    }

    /// The reciprocal of the mean reachability distance of the nearest rows.
    private static func density(_ nearest: [FoundRow], _ neighbourDistances: [Double]) -> Double {
        let sum = nearest.reduce(0) { $0 + max($1.distance, neighbourDistances[$1.row]) }
        return 1 / (sum / Double(max(nearest.count, 1)) + softening)
    }
}

extension FoundRow {
    /// The distance. Rounding may make a squared distance of 0 negative.
    fileprivate var distance: Double { Double(max(squaredDistance, 0)).squareRoot() }
}
