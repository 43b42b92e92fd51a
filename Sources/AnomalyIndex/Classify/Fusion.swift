/// How the evidence is weighed into one number.
struct Fusion: Codable, Equatable, Sendable {
    /// How much it counts that a window is strange.
    var strangeness: Double
    /// How much it counts that a window resembles known anomalies rather than normals, both ways.
    var resemblance: Double

    /// With anomalies labelled, resemblance leads; measured on later blocks of labelled meters.
    static let labelled = Fusion(strangeness: 0.5, resemblance: 1)
    /// With none, strangeness is all there is.
    static let unlabelled = Fusion(strangeness: 1, resemblance: 0)

    /// The evidence as one number: the larger, the more it looks like trouble.
    ///
    /// Where resemblance has no weight yet, because the history held too few labelled anomalies to learn one,
    /// a window nearer to a known anomaly than to any normal still counts: that is how the first label a
    /// person gives takes effect.
    func weigh(_ evidence: Evidence) -> Double {
        let resemblance = evidence.resemblance ?? 0
        if self.resemblance == 0 {
            return strangeness * evidence.strangeness + max(resemblance, 0)
        }
        return strangeness * evidence.strangeness + self.resemblance * resemblance
    }
}
