/// Reads and writes weights by the names and in the layouts of PyTorch's `state_dict`.
struct WeightNames {
    private(set) var tensors: Safetensors

    init(_ tensors: Safetensors = Safetensors([:])) {
        self.tensors = tensors
    }

    func has(_ name: String) -> Bool { tensors.tensors[name] != nil }

    // MARK: Writing

    mutating func add(_ standardisation: Standardisation) {
        set("mean", [standardisation.mean.count], standardisation.mean)
        set("inverse_deviation", [standardisation.mean.count], standardisation.inverseDeviation)
    }

    mutating func add(_ layer: LinearLayer, _ name: String) {
        set("\(name).weight", [layer.outputCount, layer.inputCount], layer.weights)
        set("\(name).bias", [layer.outputCount], layer.bias)
    }

    /// PyTorch has two biases for each gate, of which only the sum matters: the second is written as zeros.
    mutating func add(_ layer: LSTMLayer, _ name: String) {
        let width = layer.inputCount + layer.hiddenCount
        let rows = 4 * layer.hiddenCount
        func columns(_ columns: Range<Int>) -> [Float] {
            (0..<rows).flatMap { row in
                layer.gates.weights[row * width + columns.lowerBound..<row * width + columns.upperBound]
            }
        }
        set("\(name).weight_ih_l0", [rows, layer.inputCount], columns(0..<layer.inputCount))
        set("\(name).weight_hh_l0", [rows, layer.hiddenCount], columns(layer.inputCount..<width))
        set("\(name).bias_ih_l0", [rows], layer.gates.bias)
        set("\(name).bias_hh_l0", [rows], [Float](repeating: 0, count: rows))
    }

    private mutating func set(_ name: String, _ shape: [Int], _ values: [Float]) {
        tensors.tensors[name] = Safetensors.Tensor(shape: shape, values: values)
    }

    // MARK: Reading

    func standardisation(count: Int, of what: String) throws(EncoderError) -> Standardisation {
        let mean = try values("mean", [count], what)
        return Standardisation(mean: mean, inverseDeviation: try values("inverse_deviation", [count], what))
    }

    /// Reads a layer.
    ///
    /// - Parameter outputCount: the required number of outputs; nil for any.
    func layer(_ name: String, inputCount: Int, outputCount: Int? = nil) throws(EncoderError) -> LinearLayer {
        let rows = if let outputCount { outputCount } else { try rows("\(name).weight") }
        return LinearLayer(
            weights: try values("\(name).weight", [rows, inputCount], "outputs and inputs"),
            bias: try values("\(name).bias", [rows], "outputs"),
            inputCount: inputCount
        )
    }

    /// Reads the layers of a `Sequential` with activations between them: `name.0`, `name.2`, and so on.
    func layers(_ name: String, inputCount: Int) throws(EncoderError) -> [LinearLayer] {
        var layers: [LinearLayer] = []
        while has("\(name).\(2 * layers.count).weight") {
            let inputs = layers.last?.outputCount ?? inputCount
            layers.append(try layer("\(name).\(2 * layers.count)", inputCount: inputs))
        }
        return layers
    }

    func lstm(_ name: String, inputCount: Int) throws(EncoderError) -> LSTMLayer {
        let rows = try rows("\(name).weight_ih_l0")
        guard rows % 4 == 0 else {
            throw EncoderError(
                .badWeights,
                "`\(name).weight_ih_l0` has \(rows) rows, which is not a multiple of four gates"
            )
        }
        let hidden = rows / 4
        let input = try values("\(name).weight_ih_l0", [rows, inputCount], "gates and inputs")
        let state = try values("\(name).weight_hh_l0", [rows, hidden], "gates and hidden numbers")
        let bias = try values("\(name).bias_ih_l0", [rows], "gates")
        let second = try values("\(name).bias_hh_l0", [rows], "gates")
        var weights: [Float] = []
        weights.reserveCapacity(input.count + state.count)
        for row in 0..<rows {
            weights += input[row * inputCount..<(row + 1) * inputCount]
            weights += state[row * hidden..<(row + 1) * hidden]
        }
        let gates = LinearLayer(
            weights: weights,
            bias: zip(bias, second).map(+),
            inputCount: inputCount + hidden
        )
        return LSTMLayer(gates: gates, inputCount: inputCount)
    }

    /// The shape, unless it has no raw slots.
    func slots(of shape: WindowShape) throws(EncoderError) -> WindowShape {
        guard shape.slots > 0 else {
            throw EncoderError(
                .badWeights,
                "the encoder reads the raw window, but its description has no `slots`"
            )
        }
        return shape
    }

    private func rows(_ name: String) throws(EncoderError) -> Int {
        guard let rows = try tensors.tensor(name).shape.first, rows > 0 else {
            throw EncoderError(.badWeights, "the tensor `\(name)` is empty")
        }
        return rows
    }

    private func values(_ name: String, _ shape: [Int], _ what: String) throws(EncoderError) -> [Float] {
        let tensor = try tensors.tensor(name)
        guard tensor.shape == shape else {
            throw EncoderError(
                .badWeights,
                "the tensor `\(name)` has shape \(tensor.shape); expected \(shape) (\(what))"
            )
        }
        return tensor.values
    }
}
