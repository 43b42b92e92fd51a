/// The slow, obvious twin of a neighbour search: all distances in double precision, sorted.
public struct BruteForce {
    let dimension: Int
    let rows: [Float]

    /// Row-major rows.
    public init(_ rows: [Float], dimension: Int) {
        self.rows = rows
        self.dimension = dimension
    }

    /// The nearest rows' numbers and Euclidean distances, nearest first.
    public func nearest(_ query: [Float], count: Int) -> [(row: Int, distance: Double)] {
        let all = (0..<rows.count / dimension).map { row in
            var sum = 0.0
            for place in 0..<dimension {
                let difference = Double(query[place]) - Double(rows[row * dimension + place])
                sum += difference * difference
            }
            return (row: row, distance: sum.squareRoot())
        }
        return Array(all.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(count))
    }
}
