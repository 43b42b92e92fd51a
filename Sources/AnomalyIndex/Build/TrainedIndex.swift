internal import Encoder
internal import Readings
internal import Windows

/// Everything a build has learnt, before it is written down.
struct TrainedIndex: Sendable {
    let layout: FeatureLayout
    /// Each meter's profile; nil for a meter with too few readings to have one.
    let profiles: [MeterProfile?]
    let encoder: PCAEncoder
    let classifier: Classifier
    let normal: Manifest.BankSummary
    let anomalous: Manifest.BankSummary
    let validation: ValidationSummary
}
