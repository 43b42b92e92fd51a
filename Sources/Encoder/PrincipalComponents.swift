internal import COpenBLAS

/// The directions along which standardised features vary most (Pearson 1901), from LAPACK's eigensolver.
public struct PrincipalComponents: Sendable {
    /// How the features are standardised before anything else.
    public let standardisation: Standardisation
    /// Unit vectors, row-major, the most varying direction first.
    public let directions: [Float]
    /// The variance along each direction, descending.
    public let variances: [Float]

    /// The length of a direction.
    public var featureCount: Int { standardisation.mean.count }

    /// More rows than this cost time and add no precision to a covariance; give this many, evenly spaced.
    public static let sufficientRows = 100_000

    /// Finds the directions in a history of features.
    ///
    /// - Parameters:
    ///   - rows: row-major features, NaN where not known.
    ///   - featureCount: the length of a row.
    /// - Throws: ``EncoderError`` with `tooLittleHistory` below two rows, `notSolvable` where LAPACK fails.
    public init(of rows: [Float], featureCount: Int) throws(EncoderError) {
        let count = rows.count / max(featureCount, 1)
        guard count >= 2 else {
            throw EncoderError(
                .tooLittleHistory,
                "an encoder learns from at least 2 windows, and there are \(count); give it a longer history"
            )
        }
        let standardisation = Standardisation(fittedTo: rows, featureCount: featureCount)
        let covariance = Self.covariance(of: rows, by: standardisation)
        let (values, vectors) = try Self.eigen(covariance, size: featureCount)
        self.standardisation = standardisation
        // LAPACK gives ascending order.
        variances = (0..<featureCount).map { Float(max(values[featureCount - 1 - $0], 0)) }
        directions = (0..<featureCount).flatMap { index in
            let start = (featureCount - 1 - index) * featureCount
            return Self.oriented(vectors[start..<start + featureCount])
        }
    }

    /// The lower triangle of the covariance, column-major, summed block by block in double precision.
    private static func covariance(of rows: [Float], by standardisation: Standardisation) -> [Double] {
        let featureCount = standardisation.mean.count
        let count = rows.count / featureCount
        var covariance = [Double](repeating: 0, count: featureCount * featureCount)
        var block = [Double](repeating: 0, count: min(count, 512) * featureCount)
        for first in stride(from: 0, to: count, by: 512) {
            let height = min(512, count - first)
            for row in 0..<height {
                for column in 0..<featureCount {
                    let value = rows[(first + row) * featureCount + column]
                    block[row * featureCount + column] = Double(standardisation.apply(value, column: column))
                }
            }
            cblas_dsyrk(
                CblasColMajor,
                CblasLower,
                CblasNoTrans,
                Int32(featureCount),
                Int32(height),
                1 / Double(count),
                block,
                Int32(featureCount),
                1,
                &covariance,
                Int32(featureCount)
            )
        }
        return covariance
    }

    /// The eigenvalues of a symmetric matrix in ascending order, and its eigenvectors, one per column.
    ///
    /// - Parameter matrix: its lower triangle, column-major.
    static func eigen(
        _ matrix: [Double],
        size: Int
    ) throws(EncoderError) -> (values: [Double], vectors: [Double]) {
        var matrix = matrix
        var n = Int32(size)
        var lower = 0.0
        var upper = 0.0
        var tolerance = 0.0
        var first: Int32 = 1
        var last = n
        var found: Int32 = 0
        var info: Int32 = 0
        var values = [Double](repeating: 0, count: size)
        var vectors = [Double](repeating: 0, count: size * size)
        var support = [Int32](repeating: 0, count: 2 * size)
        var workLength = Int32(26 * size)
        var integerLength = Int32(10 * size)
        var work = [Double](repeating: 0, count: Int(workLength))
        var integers = [Int32](repeating: 0, count: Int(integerLength))
        dsyevr_(
            "V",
            "A",
            "L",
            &n,
            &matrix,
            &n,
            &lower,
            &upper,
            &first,
            &last,
            &tolerance,
            &found,
            &values,
            &vectors,
            &n,
            &support,
            &work,
            &workLength,
            &integers,
            &integerLength,
            &info
        )
        guard info == 0, Int(found) == size else {
            throw EncoderError(
                .notSolvable,
                "LAPACK's dsyevr failed on the covariance of the features (info \(info)); "
                    + "a feature is probably not finite in the history"
            )
        }
        return (values, vectors)
    }

    /// An eigenvector with its largest component made positive: its sign is arbitrary, and builds must agree.
    static func oriented(_ vector: ArraySlice<Double>) -> [Float] {
        let largest = vector.max { abs($0) < abs($1) } ?? 1
        let sign = largest < 0 ? -1.0 : 1.0
        return vector.map { Float($0 * sign) }
    }
}
