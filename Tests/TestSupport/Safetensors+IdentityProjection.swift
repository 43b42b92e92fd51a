public import Encoder

extension Safetensors {
    /// The same tensors with a projection that changes nothing, so that an encoder returns the network's
    /// output.
    public func withIdentityProjection(dimension: Int) -> Safetensors {
        var all = self
        let identity = (0..<dimension * dimension).map { index -> Float in
            index / dimension == index % dimension ? 1 : 0
        }
        all.tensors["projection/mean"] = Tensor(
            shape: [dimension],
            values: [Float](repeating: 0, count: dimension)
        )
        all.tensors["projection/inverse_deviation"] = Tensor(
            shape: [dimension],
            values: [Float](repeating: 1, count: dimension)
        )
        all.tensors["projection/weights"] = Tensor(shape: [dimension, dimension], values: identity)
        return all
    }
}
