internal import COpenBLAS
internal import Foundation

/// Standardise one channel's features, rotate them onto their principal components, and even the variances
/// out as far as asked.
///
/// With whitening 0 distances are those of the standardised features, with 1 every direction counts the same,
/// which lets rare deviations weigh as much as the daily swing; a half measured best on labelled meters.
public struct PCAProjection: Equatable, Sendable {
    /// How the features are standardised.
    public let standardisation: Standardisation
    /// `dimension` rows of `featureCount` weights: unit directions over their deviation to the power of the
    /// whitening strength.
    public let weights: [Float]

    /// How many directions are kept.
    public let dimension: Int

    /// How many features go in.
    public var featureCount: Int { standardisation.mean.count }

    /// The strength of the whitening that measured best.
    public static let usualWhitening: Float = 0.5

    /// Directions that hardly vary would be blown up by whitening; their variance is taken for at least this.
    static let varianceFloor: Float = 1e-3

    /// A projection from fitted components.
    ///
    /// - Parameters:
    ///   - components: where to take directions and variances from.
    ///   - dimension: how many of them, at most as many as there are.
    ///   - whitening: 0 (none) … 1 (full).
    public init(_ components: PrincipalComponents, dimension: Int, whitening: Float) {
        precondition((0...1).contains(whitening), "whitening strength is between 0 and 1")
        let dimension = min(dimension, components.variances.count)
        let featureCount = components.featureCount
        var weights: [Float] = []
        weights.reserveCapacity(dimension * featureCount)
        for row in 0..<dimension {
            let variance = Double(max(components.variances[row], Self.varianceFloor))
            let factor = Float(pow(variance, -Double(whitening) / 2))
            weights += components.directions[row * featureCount..<(row + 1) * featureCount].map {
                $0 * factor
            }
        }
        self.init(standardisation: components.standardisation, weights: weights, dimension: dimension)
    }

    init(standardisation: Standardisation, weights: [Float], dimension: Int) {
        self.standardisation = standardisation
        self.weights = weights
        self.dimension = dimension
    }

    /// Writes the projection of one channel's features.
    func project(
        _ features: UnsafeBufferPointer<Float>,
        into embedding: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(features.count == featureCount, "a window has \(featureCount) features")
        precondition(embedding.count == dimension, "an embedding has \(dimension) numbers")
        withUnsafeTemporaryAllocation(of: Float.self, capacity: featureCount) { standard in
            for column in 0..<featureCount {
                standard[column] = standardisation.apply(features[column], column: column)
            }
            // One matrix-vector product a window, never a matrix-matrix product a batch: the order of
            // additions, and with it the last bit, must not depend on how many windows arrived together.
            cblas_sgemv(
                CblasRowMajor,
                CblasNoTrans,
                Int32(dimension),
                Int32(featureCount),
                1,
                weights,
                Int32(featureCount),
                standard.baseAddress,
                1,
                0,
                embedding.baseAddress,
                1
            )
        }
    }
}
