package import Detection
internal import Encoder
package import Storage
package import Windows

/// Everything that a build has learnt, before ``GenerationWriter`` writes it into the files of a generation.
struct TrainedIndex: Sendable {
    /// Each meter's profile; nil for a meter with too few readings to have one.
    let profiles: [MeterProfile?]
    /// The detector that judges a reading when it arrives.
    let first: TrainedDetector
    /// The detector of the second look; nil without one.
    let second: TrainedDetector?
}

/// A trained detector, with what the manifest says of it.
struct TrainedDetector: Sendable {
    let detector: Detector
    /// The bank of normal windows.
    let normal: Manifest.BankSummary
    /// The bank of anomalous windows.
    let anomalous: Manifest.BankSummary
    /// What the reduction of the normal bank cost; nil where the bank is whole.
    let reduction: Manifest.CondensingSummary?
    /// How well the detector judges the folds of its history.
    let validation: ValidationSummary
    /// Finishes the page about the build; nil for no page.
    let page: FinishPage?
}

/// How a trained detector judges the folds of its own history: all that a page about a build is drawn from.
package struct ValidationResults: Sendable {
    /// The judged windows and the evidence about each.
    package let validation: Validation
    /// The calibrated classifier.
    package let classifier: Classifier
    /// The windows of the whole history with their embeddings.
    package let windows: EncodedShard
    /// The folds.
    package let folds: [Fold]
    /// Each meter's profile; nil for a meter with too few readings to have one.
    package let profiles: [MeterProfile?]
    /// The readings.
    package let source: IndexSource
}

/// Draws the page about a build. It is called when the detector is trained, while its windows are still in
/// memory; the function it returns is called when the manifest is known.
package typealias DrawPage = @Sendable (ValidationResults) throws -> FinishPage

/// Finishes a page, as HTML, from the manifest of the generation.
package typealias FinishPage = @Sendable (Manifest) -> String
