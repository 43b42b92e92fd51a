internal import COpenBLAS

/// The directions in which labelled anomalies vary most relative to normal windows, from the simultaneous
/// diagonalisation of both scatter matrices (Fukunaga and Koontz 1970).
///
/// Two alternatives were rejected. Fisher's discriminant has one direction only and separates means, but
/// anomalies lie on all sides of normal windows. Learning a metric by gradient descent over-fitted half a
/// year of labels.
extension PCAProjection {
    /// The share of the anomalous scatter that is replaced by its mean over all directions, because incidents
    /// are few.
    private static let shrinkage = 0.1

    /// Learns a projection from labelled windows of one channel.
    ///
    /// - Parameters:
    ///   - normals: row-major features of normal windows; NaN if unknown.
    ///   - anomalies: the same of anomalous windows.
    ///   - featureCount: the length of a row.
    /// - Throws: ``EncoderError`` with `tooLittleHistory` for fewer than two normal windows or no anomalous
    ///   one.
    public init(
        telling anomalies: [Float],
        from normals: [Float],
        featureCount: Int
    ) throws(EncoderError) {
        guard normals.count >= 2 * featureCount, anomalies.count >= featureCount else {
            throw EncoderError(
                .tooLittleHistory,
                "a supervised encoder learns from at least 2 normal and 1 anomalous window, but there are "
                    + "\(normals.count / featureCount) normal and \(anomalies.count / featureCount) anomalous"
            )
        }
        let components = try PrincipalComponents(of: normals, featureCount: featureCount)
        // After whitening, normal windows vary equally in all directions. The principal components of the
        // anomalies are then the directions in which they differ most from normal windows.
        let white = PCAProjection(components, dimension: featureCount, whitening: 1)
        let scatter = white.scatter(of: anomalies, shrunkBy: Self.shrinkage)
        let (values, vectors) = try PrincipalComponents.eigen(scatter, size: featureCount)
        var weights = [Float](repeating: 0, count: featureCount * featureCount)
        for direction in 0..<featureCount {
            let column = featureCount - 1 - direction
            let own = PrincipalComponents.oriented(
                vectors[column * featureCount..<(column + 1) * featureCount]
            )
            // The opposite of half a whitening, which would divide by this fourth root of the variance.
            let factor = Float(max(values[column], Double(Self.varianceFloor)).squareRoot().squareRoot())
            for feature in 0..<featureCount {
                var sum: Float = 0
                for row in 0..<featureCount { sum += own[row] * white.weights[row * featureCount + feature] }
                weights[direction * featureCount + feature] = factor * sum
            }
        }
        self.init(standardisation: white.standardisation, weights: weights, dimension: featureCount)
    }

    /// The scatter of projected rows about the origin, which is the mean of normal windows; the lower
    /// triangle, column-major.
    private func scatter(of rows: [Float], shrunkBy shrinkage: Double) -> [Double] {
        let count = rows.count / featureCount
        var projected = [Float](repeating: 0, count: dimension)
        var scatter = [Double](repeating: 0, count: dimension * dimension)
        rows.withUnsafeBufferPointer { rows in
            for row in 0..<count {
                let features = UnsafeBufferPointer(
                    rebasing: rows[row * featureCount..<(row + 1) * featureCount]
                )
                projected.withUnsafeMutableBufferPointer { project(features, into: $0) }
                let numbers = projected.map(Double.init)
                cblas_dsyr(
                    CblasColMajor,
                    CblasLower,
                    Int32(dimension),
                    1 / Double(count),
                    numbers,
                    1,
                    &scatter,
                    Int32(dimension)
                )
            }
        }
        let mean = (0..<dimension).reduce(0) { $0 + scatter[$1 * dimension + $1] } / Double(dimension)
        for index in scatter.indices { scatter[index] *= 1 - shrinkage }
        for index in 0..<dimension { scatter[index * dimension + index] += shrinkage * mean }
        return scatter
    }
}
