package import Encoder
package import Readings
package import VectorIndex
package import Verdicts
package import Windows

/// Whatever judges a window: which features are taken of it, what embeds them, and what judges the embedding.
package struct Detector: Sendable {
    package let layout: FeatureLayout
    package let encoder: any WindowEncoder
    package let classifier: Classifier

    /// What judges windows of a layout.
    package init(layout: FeatureLayout, encoder: any WindowEncoder, classifier: Classifier) {
        self.layout = layout
        self.encoder = encoder
        self.classifier = classifier
    }

    /// Judges a window.
    ///
    /// - Parameters:
    ///   - row: the window's numbers, features and what raw slots the layout has.
    ///   - time: the judged reading's.
    ///   - scope: what to compare it with.
    ///   - neighbours: how many known windows to name.
    package func judge(
        _ row: [Float],
        at time: Timestamp,
        in scope: Classifier.Scope,
        neighbours: Int
    ) throws(VectorIndexError) -> Assessment {
        try classifier.classify(
            encoder.encode(row, width: row.count),
            features: Array(row.prefix(layout.featureCount)),
            time: time.milliseconds,
            in: scope,
            neighbours: neighbours
        )
    }

    /// The same look with another alarm line.
    package func with(_ alarmLine: AlarmLine, interval: Int64) -> Detector {
        Detector(layout: layout, encoder: encoder, classifier: classifier.with(alarmLine, interval: interval))
    }
}
