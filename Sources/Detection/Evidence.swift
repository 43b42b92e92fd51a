internal import Foundation
internal import Verdicts

/// What speaks for and against a window, before it is weighed.
package struct Evidence: Codable, Equatable, Sendable {
    /// How many neighbours a distance is the mean of. Five and ten measured equal, one and twenty worse.
    package static let neighbours = 5

    /// Keeps a distance of nearly nothing from becoming a logarithm of nearly nothing.
    package static let softening = 0.05

    /// With every normal window relabelled there is nothing to be near to.
    package static let nowhere = 1e6

    /// How far from the meter's own normal windows it lies, as the logarithm of how many times farther than
    /// they usually lie from each other; of several channels the strangest speaks.
    package let strangeness: Double
    /// Mean distance to the nearest normals, over the whole embedding.
    package let normalDistance: Double
    /// Mean distance to the nearest anomalies of any meter; nil where none is known.
    package let anomalousDistance: Double?
    /// What the forest makes of its features, 0…1; nil where there is none.
    package let probability: Double?

    /// Evidence of these parts.
    package init(
        strangeness: Double,
        normalDistance: Double,
        anomalousDistance: Double?,
        probability: Double?
    ) {
        self.strangeness = strangeness
        self.normalDistance = normalDistance
        self.anomalousDistance = anomalousDistance
        self.probability = probability
    }

    /// The logarithm of how much nearer the known anomalies are than the normals: above 0, it lies nearer to
    /// what is known to be wrong. Nil where no anomaly is known.
    package var resemblance: Double? {
        anomalousDistance.map { log((normalDistance + Self.softening) / ($0 + Self.softening)) }
    }

    /// The logarithm of the odds that it is anomalous, as far as the forest can tell: below three in a
    /// thousand and above all but one in a thousand it cannot. Nil where there is no forest.
    package var odds: Double? {
        probability.map { probability in
            let share = min(max(probability, 0.003), 0.999)
            return log(share / (1 - share))
        }
    }

    /// The logarithm of a distance in units of what is usual.
    package static func strangeness(_ distance: Double, usual: Double) -> Double {
        log((distance + softening) / (usual + softening))
    }
}

extension Verdict {
    /// The verdict that a score and its evidence come to.
    ///
    /// - Parameter score: 1.0 is the alarm line.
    package init(score: Double, _ evidence: Evidence) {
        self =
            if score <= 1 { .normal } else if (evidence.resemblance ?? -1) > 0 { .anomalous } else { .novel }
    }
}
