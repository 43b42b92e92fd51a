internal import Encoder

/// An encoder that a build may choose: one way to make one, or several whose embeddings stand together.
struct CandidateEncoder: Sendable {
    /// A way to make an encoder.
    enum Recipe: Sendable {
        /// How many principal components a channel keeps, nil for all; and how evenly they count, 0 … 1.
        case pca(dimension: Int?, whitening: Float)
        /// Directions learnt from the labels.
        case supervised
        /// A neural network, trained on normal windows.
        case network(EncoderFamily)
        /// Weights that were brought along.
        case own(OwnEncoder)
    }

    let recipes: [Recipe]

    init(_ recipes: Recipe...) {
        self.recipes = recipes
    }

    init(_ families: [EncoderFamily]) {
        recipes = families.map { family in
            switch family {
            case .pca, .concatenation: Self.defaultPCA
            case .supervised: .supervised
            case .autoencoder, .lstm, .gan: .network(family)
            }
        }
    }

    private static let defaultPCA = Recipe.pca(dimension: nil, whitening: PCAProjection.defaultWhitening)

    /// What measured best on every data set at hand; others must beat it clearly on the build's own later
    /// blocks.
    static let preferred = CandidateEncoder(defaultPCA)
    static let otherSettings = [
        CandidateEncoder(.pca(dimension: nil, whitening: 0)),
        CandidateEncoder(.pca(dimension: nil, whitening: 1)),
        CandidateEncoder(.pca(dimension: 16, whitening: PCAProjection.defaultWhitening)),
    ]
    static let withLabels = [CandidateEncoder(.supervised), CandidateEncoder(defaultPCA, .supervised)]
    /// By so much: with a few dozen incidents, less is luck.
    static let clearly = 0.01

    /// The candidate in words.
    var description: String { recipes.map(\.description).joined(separator: "; with ") }

    /// Whether labels went into it: then it may only judge what came after them.
    var learnsFromLabels: Bool {
        recipes.contains { if case .supervised = $0 { true } else { false } }
    }
}

extension CandidateEncoder.Recipe {
    fileprivate var description: String {
        switch self {
        case .pca(let dimension, let whitening):
            "pca, \(dimension.map { "\($0) directions" } ?? "all directions"), whitening \(whitening)"
        case .supervised: "supervised"
        case .network(let family): family.rawValue
        case .own(let own): "\(own.description.encoder.rawValue), brought along"
        }
    }
}
