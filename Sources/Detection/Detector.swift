package import Encoder
package import Readings
package import VectorIndex
package import Verdicts
package import Windows

/// Judges windows: the layout of their features, the encoder that embeds them, and the classifier that judges
/// the embeddings.
package struct Detector: Sendable {
    package let layout: FeatureLayout
    package let encoder: any WindowEncoder
    package let classifier: Classifier

    /// A detector for windows of a layout.
    package init(layout: FeatureLayout, encoder: any WindowEncoder, classifier: Classifier) {
        self.layout = layout
        self.encoder = encoder
        self.classifier = classifier
    }

    /// Judges a window.
    ///
    /// - Parameters:
    ///   - row: the window's numbers: its features, then the raw slots of the layout.
    ///   - time: the time of the judged reading.
    ///   - clock: the meter's clock.
    ///   - scope: what the window is compared with.
    ///   - neighbours: how many known windows to name.
    package func judge(
        _ row: [Float],
        at time: Timestamp,
        on clock: LocalClock,
        in scope: Classifier.Scope,
        neighbours: Int
    ) throws(VectorIndexError) -> Assessment {
        try classifier.classify(
            encoder.encode(row, width: row.count),
            features: Array(row.prefix(layout.featureCount)),
            local: clock.local(time),
            in: scope,
            neighbours: neighbours
        )
    }

    /// The same detector with another alarm line.
    package func with(_ alarmLine: AlarmLineSetting, interval: Int64) -> Detector {
        Detector(layout: layout, encoder: encoder, classifier: classifier.with(alarmLine, interval: interval))
    }
}
