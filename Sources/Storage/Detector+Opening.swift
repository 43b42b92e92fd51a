package import Detection
internal import Encoder
internal import Foundation
internal import Readings
internal import VectorIndex
internal import Verdicts
internal import Windows

extension Detector {
    /// Opens a detector whose files have been verified.
    ///
    /// - Parameters:
    ///   - files: its folder.
    ///   - layout: the features it was trained on.
    ///   - summary: its part of the manifest.
    ///   - catalog: the windows of its banks, and its calibration.
    ///   - meters: the meters' names, by number.
    /// - Throws: ``IndexError`` with `damaged`, or an error of the parsers of its files.
    init(
        at files: GenerationFolder,
        layout: FeatureLayout,
        summary: Manifest.DetectorSummary,
        catalog: CatalogReader,
        meters: [Name]
    ) throws {
        let description = try EncoderDescription(
            decoding: Generation.bytes(files.encoder)
        )
        let encoder = try description.encoder(
            weights: Safetensors(decoding: Generation.bytes(files.weights))
        )
        let layout = layout.with(slots: description.slots ?? 0)
        guard description.channels == layout.channelCount, description.hasCalendar == layout.hasCalendar,
            [layout.featureCount, layout.inputCount].contains(encoder.inputCount),
            encoder.dimension == summary.dimension
        else {
            throw IndexError(
                .damaged,
                "the encoder takes windows of \(encoder.inputCount) numbers, the index has "
                    + "\(layout.featureCount) features and \(layout.slots) slots"
            )
        }
        let reader = ClassifierReader(
            files: files,
            catalog: catalog,
            meters: meters,
            encoder: encoder,
            summary: summary
        )
        self.init(layout: layout, encoder: encoder, classifier: try reader.classifier(for: layout))
    }
}

/// Reads the classifier of a detector from its files.
private struct ClassifierReader {
    let files: GenerationFolder
    let catalog: CatalogReader
    let meters: [Name]
    let encoder: any WindowEncoder
    let summary: Manifest.DetectorSummary

    func classifier(for layout: FeatureLayout) throws -> Classifier {
        guard let stored = try catalog.calibration(name: ClassifierKnowledge.name) else {
            throw IndexError(.damaged, "the catalog holds no calibration")
        }
        let knowledge = try JSONDecoder().decode(ClassifierKnowledge.self, from: Data(stored))
        guard knowledge.usual.pooled.count == encoder.blocks.count,
            knowledge.usual.byMeter.allSatisfy({ $0.isEmpty || $0.count == encoder.blocks.count })
        else { throw IndexError(.damaged, "the calibration is of another encoder; rebuild the index") }
        return Classifier(
            try banks(),
            distances: knowledge.usual,
            forest: try summary.hasForest
                ? Forest(
                    Safetensors(decoding: Generation.bytes(files.forest)),
                    inputCount: layout.featureCount + ForestInput.contextCount
                ) : nil,
            fusion: knowledge.fusion,
            calibration: knowledge.calibration
        )
    }

    private func banks() throws -> Banks {
        let normals = try catalog.windows(of: .normal)
        let blocks = encoder.blocks
        let channels = blocks.count == 1 ? [] : Array(blocks.indices)
        return Banks(
            normal: try bank(files.normal, normals, dimension: encoder.dimension, isAnomalous: false),
            channels: try channels.map { channel in
                try bank(
                    files.normal(channel: channel),
                    normals,
                    dimension: blocks[channel].count,
                    isAnomalous: false
                )
            },
            anomalous: try bank(
                files.anomalous,
                try catalog.windows(of: .anomalous),
                dimension: encoder.dimension,
                isAnomalous: true
            ),
            blocks: blocks
        )
    }

    private func bank(
        _ file: String,
        _ windows: [KnownWindow],
        dimension: Int,
        isAnomalous: Bool
    ) throws -> EmbeddingBank {
        let index = try VectorIndex(verifiedFile: file)
        guard index.count == windows.count, index.dimension == dimension,
            windows.allSatisfy({ meters.indices.contains($0.meter) })
        else {
            throw IndexError(
                .damaged,
                "\((file as NSString).lastPathComponent) holds \(index.count) rows of \(index.dimension), "
                    + "the catalog says \(windows.count) of \(dimension)"
            )
        }
        return EmbeddingBank(
            index,
            windows: windows,
            meters: meters,
            probes: isAnomalous ? summary.anomalous.probes : summary.normal.probes,
            isAnomalous: isAnomalous
        )
    }
}

/// What a classifier needs beside its banks, as the catalog keeps it.
package struct ClassifierKnowledge: Codable, Equatable, Sendable {
    let fusion: Fusion
    let calibration: Calibration
    let usual: ReferenceDistances

    /// The parts of a classifier.
    package init(
        fusion: Fusion,
        calibration: Calibration,
        usual: ReferenceDistances
    ) {
        self.fusion = fusion
        self.calibration = calibration
        self.usual = usual
    }

    /// The name of this entry in the catalog.
    package static let name = "classifier"
}
