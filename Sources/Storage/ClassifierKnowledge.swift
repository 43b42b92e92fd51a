package import Detection

/// What a classifier knows beside its banks, as the catalog keeps it.
package struct ClassifierKnowledge: Codable, Equatable, Sendable {
    let fusion: Fusion
    let calibration: Calibration
    let usual: ReferenceDistances

    /// A value of its parts.
    package init(
        fusion: Fusion,
        calibration: Calibration,
        usual: ReferenceDistances
    ) {
        self.fusion = fusion
        self.calibration = calibration
        self.usual = usual
    }

    package static let name = "classifier"
}
