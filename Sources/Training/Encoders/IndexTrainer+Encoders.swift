internal import Encoder
internal import Statistics
internal import Verdicts
internal import Windows

extension IndexTrainer {
    /// More windows than this add nothing to how embeddings are scaled.
    private static let scaleLimit = 5_000
    /// Nor to how a network's embeddings are rotated.
    private static let projectionLimit = 20_000

    /// Makes a candidate's encoder.
    ///
    /// - Parameter rows: what it may learn from labels of.
    func encoder(
        _ candidate: CandidateEncoder,
        _ material: Material,
        learningFrom rows: [Int]
    ) throws -> any WindowEncoder {
        let encoders = try candidate.recipes.map { try encoder($0, material, learningFrom: rows) }
        guard encoders.count > 1 else { return encoders[0] }
        let table = material.table
        let sample = Array(0..<table.count).thinned(to: Self.scaleLimit)
        return ConcatenatedEncoder(
            encoders,
            scaledOn: table.inputs(of: sample),
            width: table.layout.inputCount
        )
    }

    private func encoder(
        _ recipe: CandidateEncoder.Recipe,
        _ material: Material,
        learningFrom rows: [Int]
    ) throws -> any WindowEncoder {
        let table = material.table
        let sample = Array(0..<table.count).thinned(to: Self.projectionLimit)
        switch recipe {
        case .pca(let dimension, let whitening):
            return PCAEncoder(material.components, dimension: dimension, whitening: whitening)
        case .supervised:
            return try supervised(table, rows)
        case .own(let own):
            return try own.encoder(for: table.layout, windows: table.inputs(of: sample))
        case .network(let family):
            guard let network = material.networks[family] else {
                preconditionFailure("networks are trained before they are judged")
            }
            return try network.encoder(for: table.layout, windows: table.inputs(of: sample))
        }
    }

    private func supervised(_ table: WindowTable, _ rows: [Int]) throws -> PCAEncoder {
        let anomalies = rows.filter { table.anomalous[$0] }.thinned(to: ForestTrainer.anomalousLimit)
        let normals = rows.filter { !table.anomalous[$0] }.thinned(to: PrincipalComponents.sufficientRows)
        guard !anomalies.isEmpty, normals.count >= 2 else {
            throw IndexError(
                .tooLittleHistory,
                "the encoder `supervised` learns from labels, and the history has windows of one class only: "
                    + "\(normals.count) normal and \(anomalies.count) labelled anomalous; label some, or build with "
                    + "--encoder pca"
            )
        }
        let channels = try (0..<table.layout.channelCount).map { channel in
            try PCAProjection(
                telling: table.features(of: anomalies, channel: channel),
                from: table.features(of: normals, channel: channel),
                featureCount: table.layout.channelFeatureCount
            )
        }
        return PCAEncoder(channels: channels, family: .supervised)
    }
}
