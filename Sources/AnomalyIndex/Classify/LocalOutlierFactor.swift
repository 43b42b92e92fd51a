package import VectorIndex

/// The local outlier factor (Breunig, Kriegel, Ng and Sander 2000): how much thinner known rows lie around a
/// window than around its neighbours. 1 is as dense as they have it; the larger, the stranger.
///
/// Made from a bank's own neighbour lists. On the labelled meters at hand it ranked worse than the plain distance,
/// so no verdict asks it; it is there to be compared with.
package struct LocalOutlierFactor: Sendable {
    /// How many neighbours make a neighbourhood, unless told otherwise; scikit-learn's figure.
    package static let neighbours = 20
    /// Keeps the density of equal rows finite; scikit-learn's figure.
    private static let softening = 1e-10

    private let bank: SharedIndex
    private let rows: Range<Int>
    private let neighbours: Int
    /// Each row's distance to the last of its neighbours.
    private let reaches: [Double]
    /// Each row's density: one over the mean reach of its neighbours.
    private let densities: [Double]

    /// Learns from rows that are given.
    ///
    /// - Parameters:
    ///   - rows: row-major, finite, at least two.
    ///   - width: the length of a row.
    package init(
        _ rows: [Float],
        width: Int,
        neighbours: Int = Self.neighbours
    ) throws(VectorIndexError) {
        var index = try VectorIndex(flatDimension: width)
        try index.add(rows)
        try self.init(SharedIndex(index), rows: 0..<rows.count / width, neighbours: neighbours)
    }

    /// Learns from some rows of a bank, such as a meter's.
    package init(
        _ bank: EmbeddingBank,
        rows: Range<Int>? = nil,
        neighbours: Int = Self.neighbours
    ) throws(VectorIndexError) {
        try self.init(bank.shared, rows: rows ?? 0..<bank.windows.count, neighbours: neighbours)
    }

    private init(_ bank: SharedIndex, rows: Range<Int>, neighbours: Int) throws(VectorIndexError) {
        precondition(rows.count >= 2 && neighbours >= 1, "two rows, and a neighbour of each")
        let neighbours = min(neighbours, rows.count - 1)
        var lists: [[Neighbour]] = []
        lists.reserveCapacity(rows.count)
        for row in rows {
            let found = try bank.index.search(
                bank.index.row(row),
                k: neighbours + 1,
                probes: bank.index.lists,
                within: rows
            )[query: 0]
            // Among many equal rows its own may not be named.
            let others = found.filter { $0.row != row }
            lists.append(Array(others.prefix(neighbours)))
        }
        let reaches = lists.map { $0.last?.distance ?? 0 }
        self.bank = bank
        self.rows = rows
        self.neighbours = neighbours
        self.reaches = reaches
        densities = lists.map { Self.density($0, reaches, from: rows.lowerBound) }
    }

    /// The factor of a row that is not among the known.
    package func score(_ row: [Float]) throws(VectorIndexError) -> Double {
        let nearest = Array(
            try bank.index.search(row, k: neighbours, probes: bank.index.lists, within: rows)[query: 0]
        )
        let around = nearest.reduce(0) { $0 + densities[$1.row - rows.lowerBound] } / Double(nearest.count)
        return around / Self.density(nearest, reaches, from: rows.lowerBound)
    }

    private static func density(_ nearest: [Neighbour], _ reaches: [Double], from first: Int) -> Double {
        let sum = nearest.reduce(0) { $0 + max($1.distance, reaches[$1.row - first]) }
        return 1 / (sum / Double(max(nearest.count, 1)) + softening)
    }
}

extension Neighbour {
    /// The distance itself; rounding may leave the square of nothing below nothing.
    fileprivate var distance: Double { Double(max(squaredDistance, 0)).squareRoot() }
}
