internal import Foundation

/// What speaks for and against a window, before it is weighed.
struct Evidence: Sendable {
    /// How many neighbours a distance is the mean of. Five and ten measured equal, one and twenty worse.
    static let neighbours = 5

    /// Keeps a distance of nearly nothing from becoming a logarithm of nearly nothing.
    static let softening = 0.05

    /// How far from the meter's own normal windows it lies, as the logarithm of how many times farther than
    /// they usually lie from each other; of several channels the strangest speaks.
    let strangeness: Double
    /// Mean distance to the nearest normals, over the whole embedding.
    let normalDistance: Double
    /// Mean distance to the nearest anomalies of any meter; nil where none is known.
    let anomalousDistance: Double?

    /// The logarithm of how much nearer the known anomalies are than the normals: above 0, it lies nearer to
    /// what is known to be wrong. Nil where no anomaly is known.
    var resemblance: Double? {
        anomalousDistance.map { log((normalDistance + Self.softening) / ($0 + Self.softening)) }
    }

    /// The logarithm of a distance in units of what is usual.
    static func strangeness(_ distance: Double, usual: Double) -> Double {
        log((distance + softening) / (usual + softening))
    }
}
