internal import Foundation
public import Windows

/// The contents of `encoder.json`, next to the weights: the encoder's family and its input. docs/encoders.md
/// describes each key.
public struct EncoderDescription: Codable, Equatable, Sendable {
    /// One of several encoders side by side.
    public struct Part: Codable, Equatable, Sendable {
        /// The encoder's family.
        public let encoder: EncoderFamily
        /// The factor of its embedding.
        public let scale: Float
    }

    /// The encoder's family.
    public var encoder: EncoderFamily
    /// How many channels a reading has.
    public var channels: Int
    /// Whether windows have features of the day and the week.
    public var hasCalendar: Bool
    /// The length of an embedding; before training, the length of the bottleneck.
    public var dimension: Int
    /// The features' names in order, for information only.
    public var features: [String]
    /// How many raw slots follow the features; nil for none.
    public var slots: Int?
    /// The channels that belong to states; nil for none.
    public var states: [StateChannel]?
    /// The encoders of a `concatenation`.
    public var parts: [Part]?

    /// The name of the file.
    public static let fileName = "encoder.json"
    /// The name of the weights' file in the same folder.
    public static let weightsName = "weights.safetensors"

    /// The description of an encoder to be trained.
    public init(_ family: EncoderFamily, dimension: Int, layout: FeatureLayout, features: [String]) {
        encoder = family
        channels = layout.channelCount
        hasCalendar = layout.hasCalendar
        self.dimension = dimension
        self.features = features
        slots = layout.slots > 0 ? layout.slots : nil
        states = layout.stateChannels.isEmpty ? nil : layout.stateChannels
    }

    /// The description of a trained encoder.
    public init(of encoder: any WindowEncoder, layout: FeatureLayout, features: [String]) {
        self.init(encoder.family, dimension: encoder.dimension, layout: layout, features: features)
        parts = (encoder as? ConcatenatedEncoder)?.parts.map {
            Part(encoder: $0.encoder.family, scale: $0.scale)
        }
    }

    /// The layout of the windows that the encoder reads.
    public var layout: FeatureLayout {
        FeatureLayout(
            channelCount: channels,
            hasCalendar: hasCalendar,
            slots: slots ?? 0,
            stateChannels: states ?? []
        )
    }

    /// Reads a description.
    ///
    /// - Throws: ``EncoderError`` with `badDescription` if it cannot be read, or describes an encoder that
    ///   this program cannot run.
    public init(decoding bytes: [UInt8]) throws(EncoderError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw EncoderError(
                .badDescription,
                "\(Self.fileName) does not describe an encoder that this program can run: "
                    + "\(Self.reason(error)); docs/encoders.md lists the keys"
            )
        }
        guard channels > 0, dimension > 0, (0...FeatureLayout.mostSlots).contains(slots ?? 0) else {
            throw EncoderError(
                .badDescription,
                "\(Self.fileName) is out of range: channels and dimension must be at least 1, slots at most "
                    + "\(FeatureLayout.mostSlots)"
            )
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "it has no key `\(key.stringValue)`"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "`\(context.codingPath.map(\.stringValue).joined(separator: "."))` has the wrong type"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            "`\(context.codingPath.map(\.stringValue).joined(separator: "."))` has an unknown value"
        default: "it is not JSON"
        }
    }

    /// The file's bytes.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(self))
    }

    /// Restores the encoder from its weights.
    ///
    /// - Throws: ``EncoderError`` with `badWeights` if they do not fit the description.
    public func encoder(weights: Safetensors) throws(EncoderError) -> any WindowEncoder {
        guard encoder == .concatenation else { return try self.encoder(encoder, weights) }
        guard let parts, !parts.isEmpty, parts.allSatisfy({ $0.encoder != .concatenation }) else {
            throw EncoderError(
                .badDescription,
                "\(Self.fileName) describes a `concatenation` that has no encoders, or one inside another"
            )
        }
        var encoders: [ConcatenatedEncoder.Part] = []
        for (index, part) in parts.enumerated() {
            let own = ConcatenatedEncoder.tensors(ofPart: index, in: weights)
            encoders.append(.init(try self.encoder(part.encoder, own), scale: part.scale))
        }
        return ConcatenatedEncoder(encoders)
    }

    private func encoder(
        _ family: EncoderFamily,
        _ weights: Safetensors
    ) throws(EncoderError) -> any WindowEncoder {
        guard family.isNeural else {
            return try PCAEncoder(weights, channelCount: channels, family: family)
        }
        return try NetworkEncoder(family, weights, shape: WindowShape(layout))
    }
}
