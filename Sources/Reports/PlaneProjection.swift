/// The plane in which some embeddings lie most spread out: their first two principal components (Pearson 1901), by
/// power iteration, which needs no matrix of all pairs of dimensions.
struct PlaneProjection: Sendable {
    private let mean: [Float]
    private let axes: [[Float]]

    private static let iterations = 60

    /// Finds the plane; of rows without any spread, one in which all are the same point.
    ///
    /// - Parameter rows: embeddings of one length, at least one.
    init(_ rows: [[Float]]) {
        let dimension = rows.first?.count ?? 0
        var sum = [Float](repeating: 0, count: dimension)
        for row in rows { for column in 0..<dimension { sum[column] += row[column] } }
        let mean = sum.map { $0 / Float(max(rows.count, 1)) }
        let centred = rows.map { row in (0..<dimension).map { row[$0] - mean[$0] } }
        var axes: [[Float]] = []
        for axis in 0..<2 {
            // Any start will do that is not at a right angle to the answer; equal rows are to give equal maps.
            var vector = (0..<dimension).map { 1 / Float(1 + ($0 + 7 * axis) % 11) }
            for _ in 0..<Self.iterations {
                var next = [Float](repeating: 0, count: dimension)
                for row in centred {
                    let length = Self.product(row, vector)
                    for column in 0..<dimension { next[column] += length * row[column] }
                }
                for found in axes {
                    let length = Self.product(next, found)
                    for column in 0..<dimension { next[column] -= length * found[column] }
                }
                let norm = Self.product(next, next).squareRoot()
                guard norm > 1e-20, norm.isFinite else {
                    vector = [Float](repeating: 0, count: dimension)
                    break
                }
                vector = next.map { $0 / norm }
            }
            axes.append(vector)
        }
        self.mean = mean
        self.axes = axes
    }

    /// Where an embedding lies in the plane.
    func place(_ row: [Float]) -> (Double, Double) {
        let centred = zip(row, mean).map { $0 - $1 }
        return (Double(Self.product(centred, axes[0])), Double(Self.product(centred, axes[1])))
    }

    private static func product(_ one: [Float], _ other: [Float]) -> Float {
        var sum: Float = 0
        for index in one.indices { sum += one[index] * other[index] }
        return sum
    }
}
