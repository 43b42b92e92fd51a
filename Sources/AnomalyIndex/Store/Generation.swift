internal import Catalog
internal import Encoder
internal import Foundation
internal import Readings
internal import VectorIndex
internal import Windows

/// A published build of an index, verified and opened. Immutable; shared by everything that answers from it.
public final class Generation: Sendable {
    /// What it is.
    public let manifest: Manifest
    /// Its readings, meters and windows.
    let catalog: CatalogReader
    let layout: FeatureLayout
    let encoder: any WindowEncoder
    let classifier: Classifier
    /// The known meters' numbers by name.
    let meterNumbers: [String: Int]
    /// The known meters' profiles by number; nil for one with too short a history.
    let profiles: [MeterProfile?]
    /// What a new meter's cadence probably is: the most common among the known.
    let usualCadence: Cadence

    /// Its number.
    public var number: Int { manifest.generation }

    /// Opens a generation; every byte is verified before any parser sees it.
    ///
    /// - Parameter falseAlarmRate: the share of normal windows that may lie above the alarm line; nil for the
    ///   usual.
    /// - Throws: ``IndexError`` with `notFound`, `damaged` or `unknownFormat`.
    public init(_ number: Int, of folder: IndexFolder, falseAlarmRate: Double? = nil) throws(IndexError) {
        let path = folder.path(of: number)
        manifest = try Self.verifiedManifest(path)
        do {
            catalog = try CatalogReader(path: path + "/" + GenerationFile.catalog)
            let meters = try catalog.meters()
            layout = FeatureLayout(channelCount: manifest.channels.count, hasCalendar: manifest.hasCalendar)
            let description = try EncoderDescription(
                decoding: Self.bytes(path + "/" + GenerationFile.encoder)
            )
            encoder = try description.encoder(
                weights: Safetensors(decoding: Self.bytes(path + "/" + GenerationFile.weights))
            )
            guard encoder.featureCount == layout.featureCount, encoder.dimension == manifest.dimension else {
                throw IndexError(
                    .damaged,
                    "the encoder takes \(encoder.featureCount) features, the windows have \(layout.featureCount)"
                )
            }
            profiles = try meters.map { meter in
                meter.profile.isEmpty
                    ? nil : try JSONDecoder().decode(MeterProfile.self, from: Data(meter.profile))
            }
            meterNumbers = Dictionary(uniqueKeysWithValues: meters.map { ($0.name, $0.id) })
            usualCadence = Self.mostCommon(profiles.compactMap { $0?.cadence })
            let classifier = try Self.classifier(manifest, path, catalog, encoder, meters.map(\.name))
            self.classifier = falseAlarmRate.map(classifier.with) ?? classifier
        } catch let error as IndexError {
            throw IndexError(error.code, "generation \(number) of `\(folder.name)`: \(error.message)")
        } catch {
            throw IndexError(.damaged, "generation \(number) of `\(folder.name)` cannot be opened: \(error)")
        }
    }

    private static func classifier(
        _ manifest: Manifest,
        _ path: String,
        _ catalog: CatalogReader,
        _ encoder: any WindowEncoder,
        _ meters: [String]
    ) throws -> Classifier {
        guard let stored = try catalog.calibration(name: ClassifierKnowledge.name) else {
            throw IndexError(.damaged, "the catalog holds no calibration")
        }
        let knowledge = try JSONDecoder().decode(ClassifierKnowledge.self, from: Data(stored))
        let normals = try catalog.windows(of: .normal)
        let blocks = encoder.blocks
        let channels = blocks.count == 1 ? [] : Array(blocks.indices)
        func bank(
            _ file: String,
            _ windows: [StoredWindow],
            _ summary: Manifest.BankSummary,
            _ dimension: Int
        ) throws -> EmbeddingBank {
            let index = try VectorIndex(verifiedFile: path + "/" + file)
            guard index.count == windows.count, index.dimension == dimension else {
                throw IndexError(
                    .damaged,
                    "\(file) holds \(index.count) rows of \(index.dimension), the catalog says "
                        + "\(windows.count) of \(dimension)"
                )
            }
            return EmbeddingBank(
                index,
                windows: windows,
                meters: meters,
                probes: summary.probes,
                isAnomalous: file == GenerationFile.anomalous
            )
        }
        return Classifier(
            normal: try bank(GenerationFile.normal, normals, manifest.normal, encoder.dimension),
            channels: try channels.map { channel in
                let file = GenerationFile.normal(channel: channel)
                return try bank(file, normals, manifest.normal, blocks[channel].count)
            },
            anomalous: try bank(
                GenerationFile.anomalous,
                try catalog.windows(of: .anomalous),
                manifest.anomalous,
                encoder.dimension
            ),
            blocks: blocks,
            usual: knowledge.usual,
            forest: try manifest.files[GenerationFile.forest].map { _ in
                try Forest(
                    Safetensors(decoding: bytes(path + "/" + GenerationFile.forest)),
                    inputCount: encoder.featureCount + ForestInput.contextCount
                )
            },
            fusion: knowledge.fusion,
            calibration: knowledge.calibration
        )
    }

    /// The share of normal windows that may lie above the alarm line.
    public var falseAlarmRate: Double { classifier.calibration.falseAlarmRate }

    /// How many readings a meter nobody has seen needs before it is judged.
    var readingsToKnowANewMeter: Int {
        MeterStream(newMeter: "", layout: layout, expected: usualCadence).readingsToKnow
    }

    private static func mostCommon(_ cadences: [Cadence]) -> Cadence {
        var counts: [Cadence: Int] = [:]
        for cadence in cadences { counts[cadence, default: 0] += 1 }
        let best = counts.max { ($0.value, -$0.key.interval) < ($1.value, -$1.key.interval) }
        return best?.key ?? Cadence(interval: 3_600_000)
    }

    static func bytes(_ path: String) throws(IndexError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw IndexError(.damaged, "\(path) is missing or cannot be read")
        }
        return [UInt8](data)
    }
}
