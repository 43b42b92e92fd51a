/// A neural network's embedding, rotated onto its principal components and half-whitened, like the features
/// of the default encoder. So distances are comparable between builds, whatever the scale of the network's
/// output.
public struct NetworkEncoder: WindowEncoder {
    let network: any Network
    let projection: PCAProjection

    /// The network's family.
    public var family: EncoderFamily { type(of: network).family }
    /// How many numbers of a window the network reads.
    public var inputCount: Int { network.inputCount }
    /// The length of one embedding.
    public var dimension: Int { projection.dimension }
    /// A single block, because a network mixes the channels.
    public var blocks: [Range<Int>] { [0..<dimension] }

    /// Restores an encoder from its tensors.
    ///
    /// - Parameters:
    ///   - family: a neural family.
    ///   - tensors: as returned by ``tensors``; others are ignored.
    ///   - shape: the shape of a window.
    /// - Throws: ``EncoderError`` with `badWeights` if a tensor is missing or has the wrong shape.
    public init(
        _ family: EncoderFamily,
        _ tensors: Safetensors,
        shape: WindowShape
    ) throws(EncoderError) {
        network = try Self.network(family, tensors, shape: shape)
        projection = try PCAProjection(tensors, named: "projection")
        guard projection.featureCount == network.outputCount else {
            throw EncoderError(
                .badWeights,
                "the projection reads \(projection.featureCount) numbers, but the network outputs "
                    + "\(network.outputCount)"
            )
        }
    }

    /// Makes an encoder from a network's trained weights, and fits the projection of its embeddings.
    ///
    /// - Parameters:
    ///   - family: a neural family.
    ///   - weights: the network's weights.
    ///   - shape: the shape of a window.
    ///   - windows: row-major, ``WindowShape/count`` numbers each.
    /// - Throws: ``EncoderError`` with `badWeights`, or `tooLittleHistory` for fewer than two windows.
    public init(
        _ family: EncoderFamily,
        trained weights: Safetensors,
        shape: WindowShape,
        projectedOn windows: [Float]
    ) throws(EncoderError) {
        let network = try Self.network(family, weights, shape: shape)
        let embeddings = Self.embed(windows, of: shape.count, by: network)
        guard embeddings.allSatisfy(\.isFinite) else {
            throw EncoderError(
                .badWeights,
                "the network's embeddings of the history are not finite; train it again with a smaller "
                    + "learning rate"
            )
        }
        let components = try PrincipalComponents(of: embeddings, featureCount: network.outputCount)
        self.network = network
        projection = PCAProjection(
            components,
            dimension: components.featureCount,
            whitening: PCAProjection.defaultWhitening
        )
    }

    /// The weights of the network and of the projection.
    public var tensors: Safetensors {
        var tensors = network.tensors
        tensors.tensors.merge(projection.tensors(named: "projection").tensors) { $1 }
        return tensors
    }

    /// Writes the embedding of one window.
    public func encode(
        _ input: UnsafeBufferPointer<Float>,
        into embedding: UnsafeMutableBufferPointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: network.outputCount) { raw in
            raw.initialize(repeating: 0)
            network.embed(input, into: raw)
            projection.project(UnsafeBufferPointer(raw), into: embedding)
        }
    }

    /// The distance between a window and the network's reconstruction of it; nil without a decoder.
    public func residual(of input: UnsafeBufferPointer<Float>) -> Float? { network.residual(of: input) }

    private static func embed(_ windows: [Float], of width: Int, by network: any Network) -> [Float] {
        let count = windows.count / max(width, 1)
        var embeddings = [Float](repeating: 0, count: count * network.outputCount)
        embeddings.withUnsafeMutableBufferPointer { output in
            windows.withUnsafeBufferPointer { input in
                for row in 0..<count {
                    let start = row * network.outputCount
                    network.embed(
                        UnsafeBufferPointer(rebasing: input[row * width..<(row + 1) * width]),
                        into: UnsafeMutableBufferPointer(
                            rebasing: output[start..<start + network.outputCount]
                        )
                    )
                }
            }
        }
        return embeddings
    }

    private static func network(
        _ family: EncoderFamily,
        _ tensors: Safetensors,
        shape: WindowShape
    ) throws(EncoderError) -> any Network {
        switch family {
        case .autoencoder: return try DenseNetwork(tensors, shape: shape)
        case .lstm: return try LSTMNetwork(tensors, shape: shape)
        case .gan: return try GANNetwork(tensors, shape: shape)
        case .pca, .supervised, .concatenation:
            throw EncoderError(.badWeights, "`\(family.rawValue)` is not a neural network")
        }
    }
}
