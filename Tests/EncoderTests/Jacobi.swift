/// A slow and simple eigensolver to compare with LAPACK's: Jacobi's rotations (1846), which remove one
/// off-diagonal element after the other.
struct Jacobi {
    /// Eigenvalues, descending.
    let values: [Double]
    /// Unit eigenvectors in the same order.
    let vectors: [[Double]]

    init(_ symmetric: [[Double]]) {
        var matrix = symmetric
        let size = matrix.count
        var vectors = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0 } }
        for _ in 0..<100 {
            for first in 0..<size {
                for second in first + 1..<size where abs(matrix[first][second]) > 1e-300 {
                    Self.rotate(&matrix, &vectors, first, second)
                }
            }
        }
        let order = (0..<size).sorted { matrix[$0][$0] > matrix[$1][$1] }
        values = order.map { matrix[$0][$0] }
        self.vectors = order.map { column in vectors.map { $0[column] } }
    }

    private static func rotate(
        _ matrix: inout [[Double]],
        _ vectors: inout [[Double]],
        _ p: Int,
        _ q: Int
    ) {
        let theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q])
        let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for k in matrix.indices {
            (matrix[k][p], matrix[k][q]) = (
                cosine * matrix[k][p] - sine * matrix[k][q], sine * matrix[k][p] + cosine * matrix[k][q]
            )
        }
        for k in matrix.indices {
            (matrix[p][k], matrix[q][k]) = (
                cosine * matrix[p][k] - sine * matrix[q][k], sine * matrix[p][k] + cosine * matrix[q][k]
            )
            (vectors[k][p], vectors[k][q]) = (
                cosine * vectors[k][p] - sine * vectors[k][q], sine * vectors[k][p] + cosine * vectors[k][q]
            )
        }
    }
}
