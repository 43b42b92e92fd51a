/// A trained neural network: from the numbers of a window to an embedding, and back as far as it can.
///
/// Computed here on BLAS: whoever serves an index needs no library of neural networks. Weights are named and laid
/// out as PyTorch's `state_dict` has them, so that they may come from anywhere (docs/encoders.md).
protocol Network: Equatable, Sendable {
    /// Which family it is of.
    static var family: EncoderFamily { get }
    /// How many numbers of a window it takes: the features, then, if it reads the raw window, that.
    var inputCount: Int { get }
    /// The length of its embedding.
    var outputCount: Int { get }
    /// Its weights by name.
    var tensors: Safetensors { get }

    /// Writes the embedding of one window.
    func embed(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>)
    /// How far the network's reconstruction of a window lies from it; nil where it has no decoder.
    func residual(of input: UnsafeBufferPointer<Float>) -> Float?
    /// Restores a network from its weights.
    init(_ tensors: Safetensors, shape: WindowShape) throws(EncoderError)
}
