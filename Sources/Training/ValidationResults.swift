package import Detection
package import Encoder
package import Storage
package import Windows

/// What a trained detector says of later blocks of its own history: all that a page about a build is drawn from.
package struct ValidationResults: Sendable {
    /// The judged windows and the evidence about each.
    package let validation: Validation
    /// The calibrated classifier.
    package let classifier: Classifier
    /// What embeds the windows.
    package let encoder: any WindowEncoder
    /// The windows of the whole history.
    package let table: WindowTable
    /// The later blocks.
    package let blocks: [LaterBlock]
    /// Each meter's profile; nil for one with too short a history.
    package let profiles: [MeterProfile?]
    /// The readings.
    package let source: IndexSource
}

/// Draws the page about a build. It is called when the detector is trained, while its windows are still in memory;
/// what it returns is called when the manifest is known.
package typealias DrawPage = @Sendable (ValidationResults) throws -> FinishPage

/// Finishes a page, as HTML, from the manifest of the generation.
package typealias FinishPage = @Sendable (Manifest) -> String
