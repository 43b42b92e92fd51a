internal import Encoder
internal import Foundation
internal import Verdicts
internal import Windows

/// An encoder whose weights were trained elsewhere, or for an earlier generation.
struct ImportedEncoder: Sendable {
    let folder: String
    let description: EncoderDescription
    let weights: Safetensors

    /// Reads `encoder.json` and `weights.safetensors`.
    ///
    /// - Throws: ``IndexError`` with `badEncoder`.
    init(folder: String) throws(IndexError) {
        self.folder = folder
        do {
            description = try EncoderDescription(
                decoding: Self.bytes("\(folder)/\(EncoderDescription.fileName)")
            )
            weights = try Safetensors(decoding: Self.bytes("\(folder)/\(EncoderDescription.weightsName)"))
        } catch {
            throw Self.unusable(folder, error)
        }
    }

    /// The encoder for windows of a layout.
    ///
    /// - Parameters:
    ///   - layout: the layout of the windows to embed.
    ///   - windows: some of these windows, with features and slots, row-major; a network's embeddings are
    ///     rotated by what is learnt from them.
    /// - Throws: ``IndexError`` with `badEncoder` where it was trained for windows of another layout.
    func encoder(for layout: FeatureLayout, windows: [Float]) throws(IndexError) -> any WindowEncoder {
        guard description.layout.isShaped(as: layout) else {
            throw Self.unusable(
                folder,
                "it was trained for \(Self.words(description.layout)), and these readings have "
                    + "\(Self.words(layout))"
            )
        }
        do {
            guard description.encoder.isNeural else {
                let encoder = try description.encoder(weights: weights)
                try Self.check(encoder, layout)
                return encoder
            }
            return try NetworkEncoder(
                description.encoder,
                trained: weights,
                shape: WindowShape(layout),
                projectedOn: windows
            )
        } catch {
            throw Self.unusable(folder, error)
        }
    }

    private static func check(_ encoder: any WindowEncoder, _ layout: FeatureLayout) throws(EncoderError) {
        guard [layout.featureCount, layout.inputCount].contains(encoder.inputCount) else {
            throw EncoderError(
                .badWeights,
                "it reads windows of \(encoder.inputCount) numbers, and these have "
                    + "\(layout.featureCount) features"
            )
        }
    }

    private static func words(_ layout: FeatureLayout) -> String {
        "\(layout.channelCount) channel\(layout.channelCount == 1 ? "" : "s") "
            + (layout.hasCalendar ? "with" : "without") + " calendar features"
    }

    private static func bytes(_ path: String) throws(EncoderError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw EncoderError(.badWeights, "\(path) is missing or cannot be read")
        }
        return [UInt8](data)
    }

    private static func unusable(_ folder: String, _ reason: some CustomStringConvertible) -> IndexError {
        IndexError(.badEncoder, "the encoder in \(folder) cannot be used: \(reason)")
    }
}
