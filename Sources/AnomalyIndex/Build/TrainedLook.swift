internal import Encoder
internal import Windows

/// A look that a build has trained, with what there is to say about it.
struct TrainedLook: Sendable {
    let layout: FeatureLayout
    let encoder: PCAEncoder
    let classifier: Classifier
    let normal: Manifest.BankSummary
    let anomalous: Manifest.BankSummary
    let validation: ValidationSummary
}
