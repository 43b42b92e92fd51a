internal import Encoder
internal import Statistics
internal import Verdicts
internal import Windows

/// Makes the encoders of a plan from the windows of the history.
struct EncoderTrainer: Sendable {
    let table: WindowTable
    /// The principal components of each channel's features.
    let components: [PrincipalComponents]
    /// Trained networks, by family.
    let networks: [EncoderFamily: ImportedEncoder]

    /// How many windows the scales of joined encoders are measured on; more change nothing.
    private static let scaleLimit = 5_000
    /// How many windows the rotation of a network's embeddings is learnt from; more change nothing.
    private static let projectionLimit = 20_000

    /// The principal components of each channel, from evenly spaced windows.
    static func components(of table: WindowTable) throws -> [PrincipalComponents] {
        let count = min(table.count, PrincipalComponents.sufficientRows)
        return try (0..<table.layout.channelCount).map { channel in
            let width = table.layout.features(ofChannel: channel).count
            let rows = table.features(of: (0..<count).map { $0 * table.count / count }, channel: channel)
            guard table.layout.state(ofChannel: channel) == nil else {
                return PrincipalComponents(unscaled: rows, featureCount: width)
            }
            return try PrincipalComponents(of: rows, featureCount: width)
        }
    }

    /// A candidate's encoder; with one more for each round of folds where it learns from labels.
    ///
    /// Where the rows before a round do not hold both classes, the round's encoder is one that needs no
    /// labels.
    func planned(_ candidate: CandidateEncoder, folds: [Fold]) throws -> PlannedEncoder {
        let encoder = try encoder(candidate, learningFrom: Array(0..<table.count))
        guard candidate.learnsFromLabels else { return PlannedEncoder(candidate.description, encoder) }
        let rounds = try Fold.rounds(of: folds).map { round in
            let before = Fold.rowsBefore(round, in: table.list)
            let anomalies = before.count { table.anomalous[$0] }
            let hasBothClasses = anomalies > 0 && before.count - anomalies >= 2
            return try self.encoder(hasBothClasses ? candidate : .preferred, learningFrom: before)
        }
        return PlannedEncoder(candidate.description, encoder, rounds: rounds)
    }

    /// Makes a candidate's encoder.
    ///
    /// - Parameter rows: the rows whose labels it may learn from.
    private func encoder(
        _ candidate: CandidateEncoder,
        learningFrom rows: [Int]
    ) throws -> any WindowEncoder {
        let encoders = try candidate.recipes.map { try encoder($0, learningFrom: rows) }
        guard encoders.count > 1 else { return encoders[0] }
        return ConcatenatedEncoder(
            encoders,
            scaledOn: inputs(atMost: Self.scaleLimit),
            width: table.layout.inputCount
        )
    }

    private func encoder(
        _ recipe: CandidateEncoder.Recipe,
        learningFrom rows: [Int]
    ) throws -> any WindowEncoder {
        switch recipe {
        case .pca(let dimension, let whitening):
            return PCAEncoder(components, dimension: dimension, whitening: whitening)
        case .supervised:
            return try supervised(rows)
        case .imported(let imported):
            return try imported.encoder(for: table.layout, windows: inputs(atMost: Self.projectionLimit))
        case .network(let family):
            guard let network = networks[family] else {
                preconditionFailure("networks are trained before they are judged")
            }
            return try network.encoder(for: table.layout, windows: inputs(atMost: Self.projectionLimit))
        }
    }

    /// The numbers of evenly spaced windows.
    private func inputs(atMost limit: Int) -> [Float] {
        table.inputs(of: Array(0..<table.count).thinned(to: limit))
    }

    private func supervised(_ rows: [Int]) throws -> PCAEncoder {
        let anomalies = rows.filter { table.anomalous[$0] }.thinned(to: ForestTrainer.anomalousLimit)
        let normals = rows.filter { !table.anomalous[$0] }.thinned(to: PrincipalComponents.sufficientRows)
        guard !anomalies.isEmpty, normals.count >= 2 else {
            throw IndexError(
                .tooLittleHistory,
                "the encoder `supervised` learns from labels and needs windows of both classes; the history "
                    + "has \(normals.count) normal and \(anomalies.count) labelled anomalous: label some, or "
                    + "build with --encoder pca"
            )
        }
        let channels = try (0..<table.layout.channelCount).map { channel in
            guard table.layout.state(ofChannel: channel) == nil else {
                let own = components[channel]
                return PCAProjection(own, dimension: own.featureCount, whitening: 0)
            }
            return try PCAProjection(
                telling: table.features(of: anomalies, channel: channel),
                from: table.features(of: normals, channel: channel),
                featureCount: table.layout.features(ofChannel: channel).count
            )
        }
        return PCAEncoder(channels: channels, family: .supervised)
    }
}
