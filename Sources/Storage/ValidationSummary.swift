/// How well an index did on later blocks of its own history, each judged by what came before
/// it. The encoder's settings were chosen on the same blocks, and the alarm line was set by them: how many false
/// alarms it raises can only be told on data that came later still.
public struct ValidationSummary: Codable, Equatable, Sendable {
    /// How many windows were judged.
    public var windows: Int
    /// How many of them were labelled anomalous.
    public var anomalous: Int
    /// The chance that an anomalous window scores above a normal one; nil without both.
    public var rocAUC: Double?
    /// Average precision; nil without both.
    public var averagePrecision: Double?
    /// What was tried for the encoder, with what it reached.
    public var tried: [Trial]

    /// A value of its parts.
    package init(
        windows: Int,
        anomalous: Int,
        rocAUC: Double? = nil,
        averagePrecision: Double? = nil,
        tried: [Trial]
    ) {
        self.windows = windows
        self.anomalous = anomalous
        self.rocAUC = rocAUC
        self.averagePrecision = averagePrecision
        self.tried = tried
    }

    /// One candidate of the encoder's settings and what it reached.
    public struct Trial: Codable, Equatable, Sendable {
        /// The candidate, in words.
        public var candidate: String
        /// Mean of ROC-AUC and average precision.
        public var quality: Double
        /// Whether it was taken.
        public var chosen: Bool

        /// A value of its parts.
        package init(
            candidate: String,
            quality: Double,
            chosen: Bool
        ) {
            self.candidate = candidate
            self.quality = quality
            self.chosen = chosen
        }
    }
}
