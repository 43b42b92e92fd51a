internal import CTorch
package import Encoder

/// A network in training with libtorch, freed exactly once.
package struct TorchTrainer: ~Copyable {
    private let handle: OpaquePointer
    private let embeddingWidth: Int

    /// Creates a network with random weights.
    ///
    /// - Parameters:
    ///   - family: a neural family.
    ///   - shape: the shape of ``TrainingSet/windows``.
    ///   - dimension: the length of the bottleneck.
    ///   - seed: equal seeds give equal weights.
    package init(
        _ family: EncoderFamily,
        shape: [Int],
        dimension: Int,
        seed: Int
    ) throws(TrainingError) {
        let isSequence = shape.count == 3
        guard family.isNeural, isSequence == family.readsSlots, !shape.contains(0) else {
            throw TrainingError("the encoder `\(family.rawValue)` does not read windows of shape \(shape)")
        }
        var description = CTorchShape(
            family: family == .lstm ? CTORCH_LSTM : family == .gan ? CTORCH_GAN : CTORCH_AUTOENCODER,
            width: Int64(shape.dropFirst().reduce(1, *)),
            slots: isSequence ? Int64(shape[1]) : 0,
            slot_width: isSequence ? Int64(shape[2]) : 0,
            dimension: Int64(dimension),
            hidden: Int64(isSequence ? Self.hiddenOfSequence : Self.hiddenOfFeatures),
            seed: Int64(seed)
        )
        // Not assigned to the property yet, because `deinit` does not run for an incomplete value.
        guard let handle = ctorch_create(&description) else { throw TrainingError("libtorch: out of memory") }
        let message = String(cString: ctorch_error(handle))
        guard message.isEmpty else {
            ctorch_destroy(handle)
            throw TrainingError("libtorch: \(message)")
        }
        self.handle = handle
        embeddingWidth = Int(ctorch_embedding_width(handle))
    }

    deinit { ctorch_destroy(handle) }

    private static let hiddenOfFeatures = 64
    private static let hiddenOfSequence = 32

    /// Sets the rows to learn from.
    package func learn(from rows: [Float], width: Int) throws(TrainingError) {
        try check(ctorch_learn_from(handle, rows, Int64(rows.count / width)))
    }

    /// Learns from all rows once.
    ///
    /// - Returns: the mean loss over the rows.
    package func train(epoch: Int) throws(TrainingError) -> Double {
        var loss = 0.0
        try check(ctorch_train_epoch(handle, Int64(epoch), &loss))
        return loss
    }

    /// The mean squared error of the reconstruction of rows.
    package func loss(of rows: [Float], width: Int) throws(TrainingError) -> Double {
        var loss = 0.0
        try check(ctorch_loss(handle, rows, Int64(rows.count / width), &loss))
        return loss
    }

    /// The embeddings and residuals of rows, computed by libtorch.
    package func apply(
        _ rows: [Float],
        width: Int
    ) throws(TrainingError) -> (embeddings: [Float], residuals: [Float]) {
        let count = rows.count / width
        var embeddings = [Float](repeating: 0, count: count * embeddingWidth)
        var residuals = [Float](repeating: 0, count: count)
        try check(ctorch_apply(handle, rows, Int64(count), &embeddings, &residuals))
        return (embeddings, residuals)
    }

    /// Stores the current weights as the best so far.
    package func remember() throws(TrainingError) { try check(ctorch_remember(handle)) }

    /// Restores the best weights.
    package func recall() throws(TrainingError) { try check(ctorch_recall(handle)) }

    /// Writes the complete state of the training, and some numbers of the caller.
    package func save(_ path: String, state: [Double]) throws(TrainingError) {
        try check(ctorch_save(handle, path, state, Int64(state.count)))
    }

    /// Reads a state that was saved.
    ///
    /// - Returns: the first `count` numbers of the caller.
    package func load(_ path: String, count: Int) throws(TrainingError) -> [Double] {
        var state = [Double](repeating: 0, count: count)
        try check(ctorch_load(handle, path, &state, Int64(count)))
        return state
    }

    /// The weights with the names of PyTorch's `state_dict`.
    package func weights() throws(TrainingError) -> [String: Safetensors.Tensor] {
        var weights: [String: Safetensors.Tensor] = [:]
        for index in 0..<ctorch_weight_count(handle) {
            var name: UnsafePointer<CChar>?
            var values: UnsafePointer<Float>?
            var rows: Int64 = 0
            var columns: Int64 = 0
            try check(ctorch_weight(handle, index, &name, &values, &rows, &columns))
            guard let name, let values else { throw TrainingError("libtorch: a weight has no values") }
            let shape = columns > 0 ? [Int(rows), Int(columns)] : [Int(rows)]
            let buffer = UnsafeBufferPointer(start: values, count: shape.reduce(1, *))
            weights[String(cString: name)] = Safetensors.Tensor(shape: shape, values: Array(buffer))
        }
        return weights
    }

    private func check(_ succeeded: Bool) throws(TrainingError) {
        guard succeeded else { throw TrainingError("libtorch: \(String(cString: ctorch_error(handle)))") }
    }
}
