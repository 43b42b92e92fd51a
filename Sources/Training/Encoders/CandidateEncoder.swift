internal import Encoder

/// An encoder that a build may choose: one recipe, or several whose embeddings are joined.
struct CandidateEncoder: Sendable {
    /// A way to make an encoder.
    enum Recipe: Sendable {
        /// Principal components: how many a channel keeps, nil for all; and how evenly they count, 0 … 1.
        case pca(dimension: Int?, whitening: Float)
        /// Directions learnt from the labels.
        case supervised
        /// A neural network, trained on normal windows.
        case network(EncoderFamily)
        /// Weights that were trained elsewhere.
        case imported(ImportedEncoder)
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

    /// The encoder that measured best on every data set at hand; another one must win by ``winningMargin`` on
    /// the build's own folds.
    static let preferred = CandidateEncoder(defaultPCA)
    /// Other settings that are tried.
    static let otherSettings = [
        CandidateEncoder(.pca(dimension: nil, whitening: 0)),
        CandidateEncoder(.pca(dimension: nil, whitening: 1)),
        CandidateEncoder(.pca(dimension: 16, whitening: PCAProjection.defaultWhitening)),
    ]
    /// Encoders that learn from labels and are tried.
    static let withLabels = [CandidateEncoder(.supervised), CandidateEncoder(defaultPCA, .supervised)]
    /// The margin of quality that a candidate must win by; with a few dozen incidents, less is chance.
    static let winningMargin = 0.01
    /// How many labelled incidents in the folds it takes to tell candidates apart.
    static let incidentsToChoose = 3

    /// The candidates of a choice, at least one. The first one is taken unless another one is clearly better.
    ///
    /// - Parameters:
    ///   - choice: what the build was asked for.
    ///   - imported: the weights of an imported encoder, where that was asked for.
    ///   - incidents: how many labelled incidents the folds hold.
    static func all(
        for choice: EncoderChoice,
        imported: ImportedEncoder?,
        incidents: Int
    ) -> [CandidateEncoder] {
        let canChoose = incidents >= incidentsToChoose
        let others = canChoose ? otherSettings : []
        switch choice {
        case .automatic: return [.preferred] + others + (canChoose ? withLabels : [])
        case .families([.pca]): return [.preferred] + others
        case .families(let families): return [CandidateEncoder(families)]
        case .imported: return imported.map { [CandidateEncoder(.imported($0))] } ?? [.preferred]
        }
    }

    /// The candidate in words, for the manifest.
    var description: String { recipes.map(\.description).joined(separator: "; with ") }

    /// Whether it learns from labels: then it may only judge what came after them.
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
        case .imported(let imported): "\(imported.description.encoder.rawValue), brought along"
        }
    }
}
