internal import Foundation
internal import Verdicts

/// The evidence that a window is anomalous, before it is weighed.
package struct Evidence: Codable, Equatable, Sendable {
    /// The number of nearest neighbours whose mean distance is used. Five and ten measured equally well, one
    /// and twenty worse.
    package static let neighbours = 5

    /// Added to distances, so that the logarithm of a distance near 0 stays finite and small.
    package static let softening = 0.05

    /// The distance to the normal windows where there are none, because all of them were relabelled.
    package static let farAway = 1e6

    /// How far the window lies from the normal windows of its meter: the logarithm of its distance in units
    /// of their typical distance from each other. With several channels, that of the strangest channel.
    package let strangeness: Double
    /// The mean distance to the nearest normal windows, over the whole embedding.
    package let normalDistance: Double
    /// The mean distance to the nearest known anomalies of any meter; nil where none is known.
    package let anomalousDistance: Double?
    /// The probability that the forest gives, 0…1; nil without a forest.
    package let probability: Double?

    /// A value of its parts.
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

    /// The logarithm of how much nearer the known anomalies are than the normal windows: above 0, the window
    /// is nearer to known anomalies. Nil where no anomaly is known.
    package var resemblance: Double? {
        anomalousDistance.map { log((normalDistance + Self.softening) / ($0 + Self.softening)) }
    }

    /// The logarithm of the forest's odds that the window is anomalous. Probabilities below 0.003 and above
    /// 0.999 are clamped: the forest cannot tell them apart. Nil without a forest.
    package var odds: Double? {
        probability.map { probability in
            let share = min(max(probability, 0.003), 0.999)
            return log(share / (1 - share))
        }
    }

    /// The logarithm of a distance in units of a reference distance.
    package static func strangeness(_ distance: Double, reference: Double) -> Double {
        log((distance + softening) / (reference + softening))
    }
}

/// Weighs the evidence into one number.
///
/// One rule for all histories: the more incidents were labelled, the more the parts count that come from
/// labels. The weights were chosen on several folds of labelled meters. Fitting them anew in each build, by
/// logistic regression on a later block, was unstable: there are dozens of incidents, not thousands.
package struct Fusion: Codable, Equatable, Sendable {
    /// How many incidents, runs of anomalous readings, were labelled in the history.
    package let incidents: Int

    /// With this number of labelled incidents, labels count half as much as they can at most.
    private static let halfway = 20.0
    /// The weight of the forest's odds where labels count fully.
    private static let forestWeight = 0.35
    /// The fewest incidents that a forest is grown for.
    package static let incidentsForForest = 3

    /// The weights for a history with a number of labelled incidents.
    package init(incidents: Int) {
        self.incidents = incidents
    }

    /// How far the labels are trusted, at least 0 and below 1.
    package var trust: Double { Double(incidents) / (Double(incidents) + Self.halfway) }

    /// The evidence as one number: the larger, the more likely the window is anomalous.
    ///
    /// A resemblance above 0 counts in full from the first label on, so that one label takes effect at once;
    /// below 0 it counts as evidence for `normal` only as labels gather.
    package func weigh(_ evidence: Evidence) -> Double {
        let resemblance = evidence.resemblance ?? 0
        let odds = evidence.odds ?? 0
        return (1 - trust / 2) * evidence.strangeness
            + trust * resemblance
            + (1 - trust) * max(resemblance, 0)
            + Self.forestWeight * trust * odds
    }
}

extension Verdict {
    /// The verdict that follows from a score and its evidence.
    ///
    /// - Parameter score: 1.0 is the alarm line.
    package init(score: Double, _ evidence: Evidence) {
        self =
            if score <= 1 { .normal } else if (evidence.resemblance ?? -1) > 0 { .anomalous } else { .novel }
    }
}
