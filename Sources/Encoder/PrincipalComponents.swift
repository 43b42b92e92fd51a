internal import COpenBLAS

/// The directions along which standardised features vary most (Pearson 1901), from LAPACK's eigensolver.
public struct PrincipalComponents: Sendable {
    /// How features are standardised before they are projected onto the directions.
    public let standardisation: Standardisation
    /// Unit vectors, row-major, the most varying direction first.
    public let directions: [Float]
    /// The variance along each direction, descending.
    public let variances: [Float]

    /// The number of features, which is the length of a direction.
    public var featureCount: Int { standardisation.mean.count }

    /// Enough rows for a precise covariance. Of more rows, give this many, evenly spaced.
    public static let sufficientRows = 100_000

    /// Finds the directions in a history of features, each scaled to mean 0 and deviation 1.
    ///
    /// - Parameters:
    ///   - rows: row-major features; NaN if unknown.
    ///   - featureCount: the length of a row.
    /// - Throws: ``EncoderError`` with `tooLittleHistory` for fewer than two rows, `notSolvable` if LAPACK
    ///   fails.
    public init(of rows: [Float], featureCount: Int) throws(EncoderError) {
        try self.init(of: rows, standardisedBy: Standardisation(fittedTo: rows, featureCount: featureCount))
    }

    /// Finds the directions in rows that are standardised in a given way.
    ///
    /// - Parameters:
    ///   - rows: row-major features; NaN if unknown.
    ///   - standardisation: fitted to these rows, so that the standardised columns have mean 0.
    /// - Throws: ``EncoderError`` with `tooLittleHistory` for fewer than two rows, `notSolvable` if LAPACK
    ///   fails.
    public init(of rows: [Float], standardisedBy standardisation: Standardisation) throws(EncoderError) {
        let featureCount = standardisation.mean.count
        let count = rows.count / max(featureCount, 1)
        guard count >= 2 else {
            throw EncoderError(
                .tooLittleHistory,
                "an encoder needs at least 2 windows, but there are \(count); provide a longer history"
            )
        }
        let covariance = Self.covariance(of: rows, by: standardisation)
        let (values, vectors) = try Self.eigen(covariance, size: featureCount)
        self.standardisation = standardisation
        // LAPACK returns ascending eigenvalues.
        variances = (0..<featureCount).map { Float(max(values[featureCount - 1 - $0], 0)) }
        directions = (0..<featureCount).flatMap { index in
            let start = (featureCount - 1 - index) * featureCount
            return Self.oriented(vectors[start..<start + featureCount])
        }
    }

    /// The features themselves as directions: nothing is scaled, and whitening changes nothing. An unknown
    /// feature is the mean.
    ///
    /// - Parameters:
    ///   - rows: row-major features; NaN if unknown.
    ///   - featureCount: the length of a row.
    public init(unscaled rows: [Float], featureCount: Int) {
        standardisation = Standardisation(
            mean: Standardisation(fittedTo: rows, featureCount: featureCount).mean,
            inverseDeviation: Array(repeating: 1, count: featureCount)
        )
        variances = Array(repeating: 1, count: featureCount)
        directions = (0..<featureCount * featureCount).map { $0 % (featureCount + 1) == 0 ? 1 : 0 }
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
    /// - Throws: ``EncoderError`` with `notSolvable` if LAPACK fails.
    static func eigen(
        _ matrix: [Double],
        size: Int
    ) throws(EncoderError) -> (values: [Double], vectors: [Double]) {
        let (values, vectors, info) = dsyevr(matrix, size: size)
        guard info == 0 else {
            throw EncoderError(
                .notSolvable,
                "LAPACK's dsyevr failed on the covariance of the features (info \(info)); "
                    + "the history probably contains a feature that is not finite"
            )
        }
        return (values, vectors)
    }

    /// Calls LAPACK.
    ///
    /// - Returns: `info` is 0 if all eigenvalues were found.
    private static func dsyevr(
        _ matrix: [Double],
        size: Int
    ) -> (values: [Double], vectors: [Double], info: Int32) {
        var matrix = matrix
        var n = Int32(size)
        var (lower, upper, tolerance) = (0.0, 0.0, 0.0)
        var (first, last) = (Int32(1), n)
        var (found, info) = (Int32(0), Int32(0))
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
        return (values, vectors, info == 0 && Int(found) != size ? -1 : info)
    }

    /// An eigenvector, oriented so that its largest component is positive. LAPACK's sign is arbitrary, but
    /// equal builds must give equal encoders.
    static func oriented(_ vector: ArraySlice<Double>) -> [Float] {
        let largest = vector.max { abs($0) < abs($1) } ?? 1
        let sign = largest < 0 ? -1.0 : 1.0
        return vector.map { Float($0 * sign) }
    }
}
