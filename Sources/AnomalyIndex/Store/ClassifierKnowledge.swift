/// What a classifier knows beside its banks, as the catalog keeps it.
struct ClassifierKnowledge: Codable, Equatable, Sendable {
    let fusion: Fusion
    let calibration: Calibration
    let usual: UsualDistances

    static let name = "classifier"
}
