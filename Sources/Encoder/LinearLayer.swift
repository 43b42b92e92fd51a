internal import COpenBLAS

/// One dense layer, `y = W x + b`: PyTorch's `Linear`.
struct LinearLayer: Equatable, Sendable {
    /// `outputCount` rows of `inputCount` weights.
    let weights: [Float]
    /// One a row.
    let bias: [Float]

    /// How many numbers go in.
    let inputCount: Int
    /// How many numbers come out.
    var outputCount: Int { bias.count }

    /// Writes the layer's output.
    func apply(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
        precondition(input.count == inputCount && output.count == outputCount, "a layer's sizes are fixed")
        _ = output.update(from: bias)
        // One matrix-vector product a window, never a matrix-matrix product a batch: the order of additions, and
        // with it the last bit, must not depend on how many windows arrived together.
        cblas_sgemv(
            CblasRowMajor,
            CblasNoTrans,
            Int32(outputCount),
            Int32(inputCount),
            1,
            weights,
            Int32(inputCount),
            input.baseAddress,
            1,
            1,
            output.baseAddress,
            1
        )
    }
}
