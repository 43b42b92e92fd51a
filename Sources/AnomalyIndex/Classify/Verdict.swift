/// What a reading is judged to be.
public enum Verdict: String, Codable, CaseIterable, Sendable {
    /// Like what is known to be normal.
    case normal
    /// Above the alarm line, and nearer to known anomalies than to anything normal.
    case anomalous
    /// Above the alarm line, and far from everything known.
    case novel
    /// Too short a history to say.
    case warming

    /// What a score with its evidence comes to.
    ///
    /// - Parameter score: 1.0 is the alarm line.
    init(score: Double, _ evidence: Evidence) {
        self =
            if score <= 1 { .normal } else if (evidence.resemblance ?? -1) > 0 { .anomalous } else { .novel }
    }
}
