internal import Encoder
internal import Foundation

/// What an encoder is and what goes into it: `encoder.json`, beside the weights.
struct EncoderDescription: Codable, Equatable, Sendable {
    /// The encoders this program can run.
    enum Family: String, Codable, Sendable {
        /// ``PCAEncoder``.
        case pca
    }

    let encoder: Family
    let channels: Int
    let hasCalendar: Bool
    let dimension: Int
    /// The features by name, in order, for people.
    let features: [String]
}

extension EncoderDescription {
    /// Reads a description.
    ///
    /// - Throws: ``IndexError`` with `damaged` where it is none, or of an encoder this program cannot run.
    init(decoding bytes: [UInt8]) throws(IndexError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw IndexError(
                .damaged,
                "\(GenerationFile.encoder) does not describe an encoder that this program can run; "
                    + "use the version of gridkin that wrote it, or rebuild the index"
            )
        }
    }

    /// The encoder with its weights.
    func encoder(weights: Safetensors) throws(EncoderError) -> any WindowEncoder {
        switch encoder {
        case .pca: try PCAEncoder(weights, channelCount: channels)
        }
    }
}
