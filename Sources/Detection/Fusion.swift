/// How the evidence is weighed into one number.
///
/// One rule for all histories: what comes from labels counts in proportion to how many incidents were
/// labelled. The weights were settled on several later blocks of labelled meters. Fitting them anew in each
/// build, by logistic regression on a later block, was unstable: there are dozens of incidents, not
/// thousands.
package struct Fusion: Codable, Equatable, Sendable {
    /// How many incidents, runs of anomalous readings, were labelled in the history.
    package let incidents: Int

    /// So many labelled incidents make labels count half of what any number would.
    private static let halfway = 20.0
    /// The forest's odds against the rest, with any number of labels.
    private static let forestWeight = 0.35
    /// A forest learns from at least so many incidents.
    package static let incidentsForForest = 3

    /// The weighing for a history of so many labelled incidents.
    package init(incidents: Int) {
        self.incidents = incidents
    }

    /// How much labels are to be trusted, 0 …< 1.
    package var trust: Double { Double(incidents) / (Double(incidents) + Self.halfway) }

    /// The evidence as one number: the larger, the more it looks like trouble.
    ///
    /// To lie nearer to a known anomaly than to any normal counts in full from the first label on, which is
    /// how a label takes effect at once; to lie farther speaks for normal only as labels gather.
    package func weigh(_ evidence: Evidence) -> Double {
        let resemblance = evidence.resemblance ?? 0
        let odds = evidence.odds ?? 0
        return (1 - trust / 2) * evidence.strangeness
            + trust * resemblance
            + (1 - trust) * max(resemblance, 0)
            + Self.forestWeight * trust * odds
    }
}
