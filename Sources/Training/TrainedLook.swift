internal import Detection
internal import Encoder
internal import Storage
internal import Windows

/// A look that a build has trained, with what there is to say about it.
struct TrainedLook: Sendable {
    let layout: FeatureLayout
    let encoder: any WindowEncoder
    let classifier: Classifier
    let normal: Manifest.BankSummary
    let anomalous: Manifest.BankSummary
    /// What condensing cost; nil where the normal bank is whole.
    let condensing: Manifest.CondensingSummary?
    let validation: ValidationSummary
    /// Finishes the page about the build; nil where none is wanted.
    let page: FinishPage?
}
