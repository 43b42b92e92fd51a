/// Brings every feature to mean 0 and deviation 1 over the history, and clips extreme values.
///
/// Clipping keeps one extreme feature from outweighing all others in a Euclidean distance. The features are
/// compressed already, so that six deviations are rarely reached except by anomalies.
public struct Standardisation: Sendable, Equatable {
    /// The deviations at which values are clipped.
    public static let cut: Float = 6

    /// The history's mean of each feature.
    public let mean: [Float]
    /// One over the history's deviation of each feature; 0 for a feature that never varies.
    public let inverseDeviation: [Float]

    /// Restores a standardisation from its numbers.
    public init(mean: [Float], inverseDeviation: [Float]) {
        precondition(mean.count == inverseDeviation.count, "a mean and a deviation for each feature")
        self.mean = mean
        self.inverseDeviation = inverseDeviation
    }

    /// Learns means and deviations.
    ///
    /// - Parameters:
    ///   - rows: row-major features; NaN is left out.
    ///   - featureCount: the length of a row.
    public init(fittedTo rows: [Float], featureCount: Int) {
        var sum = [Double](repeating: 0, count: featureCount)
        var squares = sum
        var counts = sum
        // Sums over differences from a first value do not cancel digits.
        let origin = (0..<featureCount).map { column in
            stride(from: column, to: rows.count, by: featureCount).lazy
                .map { rows[$0] }.first { $0.isFinite }.map(Double.init) ?? 0
        }
        for start in stride(from: 0, to: rows.count, by: featureCount) {
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

    /// One feature, standardised; the mean, 0, where it is not known.
    @inline(__always)
    public func apply(_ value: Float, column: Int) -> Float {
        let scaled = (value - mean[column]) * inverseDeviation[column]
        return scaled.isFinite ? min(max(scaled, -Self.cut), Self.cut) : 0
    }
}
