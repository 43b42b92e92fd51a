public import Encoder

extension Safetensors {
    /// The same tensors with a projection that changes nothing: an encoder of them gives a network's own
    /// numbers.
    public func projectedAsTheyAre(_ dimension: Int) -> Safetensors {
        var all = self
        let identity = (0..<dimension * dimension).map { place -> Float in
            place / dimension == place % dimension ? 1 : 0
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
