import Encoder
import Foundation
import TestSupport
import Testing
import TorchTraining

/// Serialised because libtorch has one random generator for the whole process.
@Suite(.serialized) struct TrainingTests {
    private static let families: [EncoderFamily] = [.autoencoder, .lstm, .gan]

    private func train(_ folder: TrainingFolder, epochs: Int = 5, seed: Int = 1) throws -> [TrainingProgress]
    {
        var training = Training(folder: folder.path, seed: seed)
        training.epochs = epochs
        var heard: [TrainingProgress] = []
        try training.run { heard.append($0) }
        return heard
    }

    /// Compares Gridkin's forward pass with libtorch's, for trained weights.
    @Test(arguments: families) func theForwardPassEqualsLibtorchs(family: EncoderFamily) throws {
        let folder = try TrainingFolder(family)
        let trainer = try TorchTrainer(family, shape: folder.set.windows.shape, dimension: 4, seed: 3)
        try trainer.learn(from: folder.set.windows.values, width: folder.set.width)
        for epoch in 1...3 { _ = try trainer.train(epoch: epoch) }
        let theirs = try trainer.apply(folder.set.windows.values, width: folder.set.width)
        var tensors = try trainer.weights()
        let width = folder.set.standardisation.mean.count
        // The rows of the set are already standardised.
        tensors["mean"] = .init(shape: [width], values: [Float](repeating: 0, count: width))
        tensors["inverse_deviation"] = .init(shape: [width], values: [Float](repeating: 1, count: width))
        let dimension = theirs.embeddings.count / folder.set.position.count
        let shape = WindowShape(TrainingFolder.layout)
        let encoder = try NetworkEncoder(
            family,
            Safetensors(tensors).withIdentityProjection(dimension: dimension),
            shape: shape
        )
        let before = family.readsSlots ? shape.featureCount : 0
        let rows = stride(from: 0, to: folder.set.windows.values.count, by: folder.set.width).flatMap {
            start in
            [Float](repeating: 0, count: before) + folder.set.windows.values[start..<start + folder.set.width]
        }
        let embeddings = encoder.encode(rows)
        #expect(embeddings.count == theirs.embeddings.count)
        for (ours, theirs) in zip(embeddings, theirs.embeddings) { #expect(abs(ours - theirs) < 1e-5) }
        let residuals = try #require(encoder.residuals(of: rows))
        for (ours, theirs) in zip(residuals, theirs.residuals) { #expect(abs(ours - theirs) < 1e-5) }
    }

    @Test(arguments: families) func theSameSeedGivesTheSameWeights(family: EncoderFamily) throws {
        let first = try TrainingFolder(family)
        let second = try TrainingFolder(family)
        let heard = try train(first)
        #expect(try train(second) == heard)
        #expect(try first.weights() == second.weights())
        _ = try train(second, seed: 2)
        #expect(try first.weights() != second.weights())
    }

    @Test(arguments: families) func learns(family: EncoderFamily) throws {
        let heard = try train(try TrainingFolder(family), epochs: 12)
        let first = try #require(heard.first)
        let best = heard.map(\.later).min() ?? .infinity
        #expect(best < first.later)
        #expect(heard.map(\.epoch) == Array(1...heard.count))
    }

    /// A training that is interrupted and started again gives the same weights as an uninterrupted one.
    @Test(arguments: families) func continuesFromItsCheckpoint(family: EncoderFamily) throws {
        let whole = try TrainingFolder(family)
        let heard = try train(whole, epochs: 6)
        let parted = try TrainingFolder(family)
        for stop in [2, 3] {
            let training = Training(folder: parted.path, seed: 1)
            // However a process ends, the folder is in a state between two epochs.
            _ = try? stopping(training, after: stop)
            #expect(FileManager.default.fileExists(atPath: training.checkpointPath))
        }
        let rest = try train(parted, epochs: 6)
        #expect(rest == Array(heard.suffix(rest.count)) && rest.first?.epoch == 4)
        #expect(try parted.weights() == whole.weights())
        let left = try FileManager.default.contentsOfDirectory(atPath: parted.path)
        #expect(!left.contains { $0.hasPrefix("checkpoint") })
    }

    /// Trains in a folder where the weights cannot be written, so that the checkpoint remains.
    private func stopping(_ training: Training, after epochs: Int) throws {
        var training = training
        training.epochs = epochs
        let weights = "\(training.folder)/\(EncoderDescription.weightsName)"
        try FileManager.default.createDirectory(
            atPath: "\(weights)/in-the-way",
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(atPath: weights) }
        try training.run { _ in }
    }

    @Test func stopsWithoutImprovement() throws {
        let folder = try TrainingFolder(.autoencoder)
        var training = Training(folder: folder.path, seed: 1)
        training.epochs = 1000
        var epochs = 0
        try withExtendedLifetime(folder) { try training.run { _ in epochs += 1 } }
        #expect(epochs < 1000)
    }

    @Test func reportsErrors() throws {
        let few = try TrainingFolder(.autoencoder, count: 100)
        #expect(throws: TrainingError.self) { _ = try train(few) }
        let other = try TrainingFolder(.autoencoder)
        let lstm = EncoderDescription(.lstm, dimension: 4, layout: TrainingFolder.layout, features: [])
        try other.write(EncoderDescription.fileName, lstm.encoded())
        let error = #expect(throws: TrainingError.self) { _ = try train(other) }
        #expect(error?.description.contains("lstm") == true)
        let torn = try TrainingFolder(.lstm)
        try torn.write("checkpoint-1.pt", [1, 2, 3])
        #expect(throws: TrainingError.self) { _ = try train(torn) }
        let cut = try TrainingFolder(.lstm)
        try cut.write(TrainingSet.fileName, Array(cut.set.tensors.encoded().dropLast(8)))
        #expect(throws: EncoderError.self) { _ = try train(cut) }
    }
}
