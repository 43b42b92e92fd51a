package import Encoder
internal import Foundation

/// Trains the network that a folder describes: reads `encoder.json` and `windows.safetensors`, and writes
/// `weights.safetensors`.
///
/// After every epoch a checkpoint is renamed into the folder. If a training is interrupted, the next one with
/// the same seed continues from the checkpoint and gives the same weights.
package struct Training: Sendable {
    /// The path of the folder.
    package let folder: String
    /// The seed of everything random.
    package let seed: Int
    /// The most epochs.
    package var epochs = 60

    /// The training stops after this many epochs without a lower error on the held-out windows.
    private static let patience = 6
    /// The share by which an error must fall to count as lower.
    private static let gain = 0.002
    /// The most windows used, evenly spaced. More windows make an epoch longer and did not improve the
    /// network.
    private static let windowLimit = 16_000

    /// A training in a folder.
    package init(folder: String, seed: Int) {
        self.folder = folder
        self.seed = seed
    }

    /// The checkpoint's path.
    package var checkpointPath: String { "\(folder)/checkpoint-\(seed).pt" }

    private struct State {
        var epoch = 0
        var best = Double.infinity
        var sinceBest = 0

        static let count = 3

        init() {}

        init(_ numbers: [Double]) {
            epoch = Int(numbers[0])
            best = numbers[1]
            sinceBest = Int(numbers[2])
        }

        var numbers: [Double] { [Double(epoch), best, Double(sinceBest)] }
    }

    /// Trains until the error no longer falls.
    ///
    /// - Parameter report: receives the progress after each epoch.
    package func run(_ report: (TrainingProgress) -> Void) throws {
        let description = try EncoderDescription(decoding: bytes(EncoderDescription.fileName))
        let set = try TrainingSet(Safetensors(decoding: bytes(TrainingSet.fileName)))
        let earlier = set.normals(later: false, limit: Self.windowLimit)
        let later = set.normals(later: true, limit: Self.windowLimit / 4)
        let count = (earlier.count + later.count) / max(set.width, 1)
        guard count >= TrainingSet.fewestWindows, !earlier.isEmpty, !later.isEmpty else {
            throw TrainingError(
                "there are \(count) normal windows, but a network needs at least "
                    + "\(TrainingSet.fewestWindows); provide a longer history"
            )
        }
        let trainer = try TorchTrainer(
            description.encoder,
            shape: set.windows.shape,
            dimension: description.dimension,
            seed: seed
        )
        try trainer.learn(from: earlier, width: set.width)
        var state = try resumed(trainer)
        while state.epoch < epochs, state.sinceBest < Self.patience {
            let progress = try step(trainer, &state, later: later, width: set.width)
            report(progress)
        }
        try trainer.recall()
        try write(try trainer.weights(), set.standardisation)
        try? FileManager.default.removeItem(atPath: checkpointPath)
    }

    private func resumed(_ trainer: borrowing TorchTrainer) throws(TrainingError) -> State {
        guard FileManager.default.fileExists(atPath: checkpointPath) else { return State() }
        return State(try trainer.load(checkpointPath, count: State.count))
    }

    private func step(
        _ trainer: borrowing TorchTrainer,
        _ state: inout State,
        later: [Float],
        width: Int
    ) throws -> TrainingProgress {
        state.epoch += 1
        let loss = try trainer.train(epoch: state.epoch)
        let error = try trainer.loss(of: later, width: width)
        guard loss.isFinite, error.isFinite else {
            throw TrainingError(
                "the training diverged: epoch \(state.epoch) has a loss of \(loss); try another seed"
            )
        }
        if error < state.best * (1 - Self.gain) {
            state.best = error
            state.sinceBest = 0
            try trainer.remember()
        } else {
            state.sinceBest += 1
        }
        try trainer.save(checkpointPath + ".tmp", state: state.numbers)
        guard rename(checkpointPath + ".tmp", checkpointPath) == 0 else {
            throw TrainingError("\(checkpointPath) cannot be written: \(String(cString: strerror(errno)))")
        }
        return TrainingProgress(epoch: state.epoch, epochs: epochs, loss: loss, later: error)
    }

    private func write(_ weights: [String: Safetensors.Tensor], _ standardisation: Standardisation) throws {
        let width = standardisation.mean.count
        var tensors = weights
        tensors["mean"] = .init(shape: [width], values: standardisation.mean)
        tensors["inverse_deviation"] = .init(shape: [width], values: standardisation.inverseDeviation)
        let url = URL(fileURLWithPath: "\(folder)/\(EncoderDescription.weightsName)")
        try Data(Safetensors(tensors).encoded()).write(to: url, options: .atomic)
    }

    private func bytes(_ name: String) throws(TrainingError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
            throw TrainingError("\(folder)/\(name) is missing or cannot be read")
        }
        return [UInt8](data)
    }
}

/// Why a network could not be trained, in a sentence.
package struct TrainingError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The sentence.
    package let description: String

    /// An error with its sentence.
    package init(_ description: String) {
        self.description = description
    }
}
