/// Several encoders side by side. Their embeddings are joined, each scaled so that none outweighs the others.
public struct ConcatenatedEncoder: WindowEncoder {
    /// One of the encoders.
    public struct Part: Sendable {
        /// The encoder.
        public let encoder: any WindowEncoder
        /// The factor of its embedding.
        public let scale: Float

        /// An encoder with a scale.
        public init(_ encoder: any WindowEncoder, scale: Float) {
            self.encoder = encoder
            self.scale = scale
        }
    }

    /// The encoders, in order.
    public let parts: [Part]

    /// An encoder of parts with their scales.
    ///
    /// - Precondition: there is at least one.
    public init(_ parts: [Part]) {
        precondition(!parts.isEmpty, "a concatenation needs at least one encoder")
        self.parts = parts
    }

    /// Scales each encoder so that its embeddings of some windows vary as much as those of the first encoder.
    ///
    /// - Parameters:
    ///   - encoders: at least one.
    ///   - windows: row-major, `width` numbers each.
    public init(_ encoders: [any WindowEncoder], scaledOn windows: [Float], width: Int) {
        let scatter = encoders.map { Self.scatter(of: $0.encode(windows, width: width), $0.dimension) }
        self.init(
            zip(encoders, scatter).map { encoder, own in
                Part(encoder, scale: own > 0 ? Float(((scatter.first ?? own) / own).squareRoot()) : 1)
            }
        )
    }

    /// `concatenation`.
    public var family: EncoderFamily { .concatenation }
    /// The most numbers of a window that a part reads.
    public var inputCount: Int { parts.map(\.encoder.inputCount).max() ?? 0 }
    /// The length of one embedding.
    public var dimension: Int { parts.reduce(0) { $0 + $1.encoder.dimension } }

    /// The blocks of all parts in order; a single block if no part has more than one.
    public var blocks: [Range<Int>] {
        guard parts.contains(where: { $0.encoder.blocks.count > 1 }) else { return [0..<dimension] }
        var start = 0
        return parts.flatMap { part in
            defer { start += part.encoder.dimension }
            return part.encoder.blocks.map { start + $0.lowerBound..<start + $0.upperBound }
        }
    }

    /// Writes the embedding of one window.
    public func encode(
        _ input: UnsafeBufferPointer<Float>,
        into embedding: UnsafeMutableBufferPointer<Float>
    ) {
        var start = 0
        for part in parts {
            let range = start..<start + part.encoder.dimension
            part.encoder.encode(
                UnsafeBufferPointer(rebasing: input[..<part.encoder.inputCount]),
                into: UnsafeMutableBufferPointer(rebasing: embedding[range])
            )
            for index in range { embedding[index] *= part.scale }
            start = range.upperBound
        }
    }

    /// The residual of the first part that has one.
    public func residual(of input: UnsafeBufferPointer<Float>) -> Float? {
        for part in parts {
            let own = UnsafeBufferPointer(rebasing: input[..<part.encoder.inputCount])
            if let residual = part.encoder.residual(of: own) { return residual }
        }
        return nil
    }

    /// The tensors of all parts; the names of the first part's begin with `part-0/`.
    public var tensors: Safetensors {
        var all: [String: Safetensors.Tensor] = [:]
        for (index, part) in parts.enumerated() {
            for (name, tensor) in part.encoder.tensors.tensors { all["part-\(index)/\(name)"] = tensor }
        }
        return Safetensors(all)
    }

    /// The tensors of one part.
    public static func tensors(ofPart index: Int, in tensors: Safetensors) -> Safetensors {
        let prefix = "part-\(index)/"
        let own = tensors.tensors.filter { $0.key.hasPrefix(prefix) }
        return Safetensors(Dictionary(own.map { (String($0.dropFirst(prefix.count)), $1) }) { $1 })
    }

    /// The sum of the variances of embeddings.
    private static func scatter(of embeddings: [Float], _ dimension: Int) -> Double {
        let count = Double(max(embeddings.count / dimension, 1))
        return (0..<dimension).reduce(0) { total, column in
            var sum = 0.0
            var squares = 0.0
            for index in stride(from: column, to: embeddings.count, by: dimension) {
                let value = Double(embeddings[index])
                sum += value
                squares += value * value
            }
            return total + max(squares / count - (sum / count) * (sum / count), 0)
        }
    }
}
