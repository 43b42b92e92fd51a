/// Scales every feature to mean 0 and deviation 1 over the history, and clips extreme values.
///
/// Clipping keeps one extreme feature from outweighing all others in a Euclidean distance. The features are
/// already compressed by a logarithm, so that hardly any value but an anomaly reaches six deviations.
public struct Standardisation: Sendable, Equatable {
    /// Values are clipped at this many deviations from the mean.
    public static let cut: Float = 6

    /// The history's mean of each feature.
    public let mean: [Float]
    /// The reciprocal of each feature's deviation over the history; 0 for a feature that never varies.
    public let inverseDeviation: [Float]

    /// Restores a standardisation from its numbers.
    public init(mean: [Float], inverseDeviation: [Float]) {
        precondition(
            mean.count == inverseDeviation.count,
            "there must be one mean and one deviation for each feature"
        )
        self.mean = mean
        self.inverseDeviation = inverseDeviation
    }

    /// Computes means and deviations.
    ///
    /// - Parameters:
    ///   - rows: row-major features; NaN is ignored.
    ///   - featureCount: the length of a row.
    public init(fittedTo rows: [Float], featureCount: Int) {
        var sum = [Double](repeating: 0, count: featureCount)
        var squares = sum
        var counts = sum
        // Summing differences from a first value avoids cancellation.
        let origin = (0..<featureCount).map { column in
            stride(from: column, to: rows.count, by: featureCount).lazy
                .map { rows[$0] }.first { $0.isFinite }.map(Double.init) ?? 0
        }
        for start in stride(from: 0, to: rows.count, by: max(featureCount, 1)) {
            for column in 0..<featureCount {
                let value = rows[start + column]
                guard value.isFinite else { continue }
                let offset = Double(value) - origin[column]
                sum[column] += offset
                squares[column] += offset * offset
                counts[column] += 1
            }
        }
        mean = (0..<featureCount).map { Float(origin[$0] + sum[$0] / max(counts[$0], 1)) }
        inverseDeviation = (0..<featureCount).map { column in
            let count = max(counts[column], 1)
            let average = sum[column] / count
            let deviation = max(squares[column] / count - average * average, 0).squareRoot()
            return deviation > 1e-6 ? Float(1 / deviation) : 0
        }
    }

    /// Computes means, and one scale for all features that brings the largest difference from a mean to 1.
    /// Nothing is clipped, and distances keep their proportions.
    ///
    /// - Parameters:
    ///   - rows: row-major features; NaN is ignored.
    ///   - featureCount: the length of a row.
    public init(centring rows: [Float], featureCount: Int) {
        let mean = Standardisation(fittedTo: rows, featureCount: featureCount).mean
        let largest =
            rows.indices.lazy.map { abs(rows[$0] - mean[$0 % featureCount]) }.filter(\.isFinite).max() ?? 0
        let scale = largest > 0 ? 1 / largest : 0
        self.init(
            mean: mean,
            inverseDeviation: [Float](repeating: scale.isFinite ? scale : 0, count: featureCount)
        )
    }

    /// One standardised feature; 0, the mean, for an unknown value.
    @inline(__always)
    public func apply(_ value: Float, column: Int) -> Float {
        let scaled = (value - mean[column]) * inverseDeviation[column]
        return scaled.isFinite ? min(max(scaled, -Self.cut), Self.cut) : 0
    }
}
