internal import Encoder

/// A setting of the encoder that a build may choose.
struct CandidateEncoder: Sendable {
    /// How many directions a channel keeps; nil for all.
    let dimension: Int?
    /// 0 … 1.
    let whitening: Float

    /// What measured best on every data set at hand; others must beat it clearly on the build's own later
    /// block.
    static let preferred = CandidateEncoder(dimension: nil, whitening: 0.5)
    static let others = [
        CandidateEncoder(dimension: nil, whitening: 0),
        CandidateEncoder(dimension: nil, whitening: 1),
        CandidateEncoder(dimension: 16, whitening: 0.5),
    ]
    /// By so much: with a few dozen incidents, less is luck.
    static let clearly = 0.01

    /// The candidate in words.
    var description: String {
        "pca, \(dimension.map { "\($0) directions" } ?? "all directions"), whitening \(whitening)"
    }

    func encoder(_ components: [PrincipalComponents]) -> PCAEncoder {
        PCAEncoder(components, dimension: dimension, whitening: whitening)
    }
}
