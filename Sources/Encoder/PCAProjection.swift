internal import COpenBLAS
internal import Foundation

/// Standardises one channel's features, rotates them onto their principal components, and whitens these
/// partly or fully.
///
/// With whitening 0, distances are those of the standardised features. With 1, every direction counts the
/// same, so that rare deviations weigh as much as the daily cycle. One half was best on labelled meters.
public struct PCAProjection: Equatable, Sendable {
    /// How the features are standardised.
    public let standardisation: Standardisation
    /// `dimension` rows of `featureCount` weights: unit directions, divided by their deviation to the power
    /// of the whitening.
    public let weights: [Float]

    /// The number of directions that are kept.
    public let dimension: Int

    /// The number of features of a window.
    public var featureCount: Int { standardisation.mean.count }

    /// The whitening that was best on labelled meters.
    public static let defaultWhitening: Float = 0.5

    /// The least variance that whitening divides by, so that directions that hardly vary are not magnified.
    static let varianceFloor: Float = 1e-3

    /// Makes a projection from fitted components.
    ///
    /// - Parameters:
    ///   - components: the directions and variances.
    ///   - dimension: how many directions to keep; all of them if there are fewer.
    ///   - whitening: 0 (none) … 1 (full).
    public init(_ components: PrincipalComponents, dimension: Int, whitening: Float) {
        precondition((0...1).contains(whitening), "whitening is between 0 and 1")
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

    /// Projects one channel's features.
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
            // One matrix-vector product for each window, never a matrix-matrix product for a batch: the order
            // of additions, and with it the last bit, must not depend on the size of the batch.
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

extension PCAProjection {
    /// The weights as named tensors: `mean` and `inverse_deviation` (features), `weights` (dimension ×
    /// features).
    func tensors(named name: String) -> Safetensors {
        Safetensors([
            "\(name)/mean": .init(shape: [featureCount], values: standardisation.mean),
            "\(name)/inverse_deviation": .init(
                shape: [featureCount],
                values: standardisation.inverseDeviation
            ),
            "\(name)/weights": .init(shape: [dimension, featureCount], values: weights),
        ])
    }

    /// Restores a projection from its tensors.
    init(_ tensors: Safetensors, named name: String) throws(EncoderError) {
        let mean = try tensors.tensor("\(name)/mean")
        let deviation = try tensors.tensor("\(name)/inverse_deviation")
        let weights = try tensors.tensor("\(name)/weights")
        guard mean.shape.count == 1, deviation.shape == mean.shape, weights.shape.count == 2,
            weights.shape[1] == mean.shape[0], weights.shape[0] > 0
        else {
            throw EncoderError(
                .badWeights,
                "the tensors of \(name) do not fit together: mean \(mean.shape), inverse_deviation "
                    + "\(deviation.shape), weights \(weights.shape); expected [f], [f], [d, f]"
            )
        }
        self.init(
            standardisation: Standardisation(mean: mean.values, inverseDeviation: deviation.values),
            weights: weights.values,
            dimension: weights.shape[0]
        )
    }
}
