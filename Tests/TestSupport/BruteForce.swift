/// A slow and simple neighbour search to compare with: all distances in double precision, sorted.
public struct BruteForce {
    /// The length of a row.
    public let dimension: Int
    /// The row-major rows.
    public let rows: [Float]

    /// A search of row-major rows.
    public init(_ rows: [Float], dimension: Int) {
        self.rows = rows
        self.dimension = dimension
    }

    /// The number of rows.
    public var count: Int { rows.count / dimension }

    /// The squared Euclidean distance of a query to a row.
    public func squaredDistance(_ query: ArraySlice<Float>, to row: Int) -> Double {
        zip(query, rows[row * dimension..<(row + 1) * dimension]).reduce(0) { sum, pair in
            let difference = Double(pair.0) - Double(pair.1)
            return sum + difference * difference
        }
    }

    /// The squared distances to a range of rows, nearest first; equal distances are in the order of the rows.
    public func distances(
        _ query: ArraySlice<Float>,
        within range: Range<Int>
    ) -> [(row: Int, distance: Double)] {
        range.map { ($0, squaredDistance(query, to: $0)) }
            .sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
    }

    /// The nearest rows with their Euclidean distances, nearest first.
    public func nearest(_ query: [Float], count: Int) -> [(row: Int, distance: Double)] {
        let all = (0..<self.count).map {
            (row: $0, distance: squaredDistance(query[...], to: $0).squareRoot())
        }
        return Array(all.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(count))
    }
}
