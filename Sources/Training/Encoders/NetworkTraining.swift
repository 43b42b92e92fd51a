internal import Encoder
internal import Foundation
internal import Readings
internal import Statistics
internal import Storage
internal import Tasks
internal import Verdicts
internal import Windows

/// Trains a network with `gridkin-trainer`, in a folder of its own: windows in, weights out.
struct NetworkTraining: Sendable {
    let family: EncoderFamily
    let folder: String
    let seed: Int

    /// How many slots of the raw window a network reads: two days of hours.
    static let slots = 48
    /// The length of a bottleneck.
    private static let dimension = 16
    /// The most windows that a network is trained on: evenly spaced ones represent all.
    private static let windowLimit = 40_000

    init(_ family: EncoderFamily, folder: String, seed: Int) {
        self.family = family
        self.folder = folder
        self.seed = seed
    }

    /// Writes the folder, trains the network, and reads its weights.
    ///
    /// An interrupted training of the same windows is continued from its last epoch.
    ///
    /// - Throws: ``IndexError`` with `trainer`, `tooLittleHistory` or `storage`.
    @concurrent
    func run(_ table: WindowTable, channels: [Name], report: ProgressReport) async throws -> ImportedEncoder {
        let program = try TrainerProgram.find(for: family)
        try prepare(table, channels: channels)
        do {
            try TrainerProgram(path: program, folder: folder, seed: seed).run { progress in
                let note = "loss \(Self.rounded(progress.loss)), later \(Self.rounded(progress.later))"
                report(
                    TaskProgress(family.rawValue, done: progress.epoch, total: progress.epochs, note: note)
                )
            }
        } catch {
            throw IndexError(
                .trainer,
                "the training of the encoder `\(family.rawValue)` ended early: \(error); run the same "
                    + "command again to continue from the last epoch; the served generation is untouched"
            )
        }
        return try ImportedEncoder(folder: folder)
    }

    /// Writes `encoder.json` and `windows.safetensors`, unless they are there already.
    private func prepare(_ table: WindowTable, channels: [Name]) throws {
        let files = try files(table, channels: channels)
        let manager = FileManager.default
        let isSame = files.allSatisfy { name, bytes in
            manager.contents(atPath: "\(folder)/\(name)").map { $0.elementsEqual(bytes) } ?? false
        }
        if isSame { return }
        // The epochs of other windows cannot be continued.
        try? manager.removeItem(atPath: folder)
        // A part of the index, which is its owner's alone.
        try write(files, mode: 0o600)
    }

    /// Writes the folder's two files, for a training elsewhere.
    ///
    /// - Returns: how many windows were written.
    @inline(never)  // Swift 6.3's optimiser crashes where this is inlined into an asynchronous caller.
    func write(_ table: WindowTable, channels: [Name]) throws -> Int {
        try write(files(table, channels: channels), mode: 0o666)
        return min(table.count, Self.windowLimit)
    }

    private func write(_ files: [(name: String, bytes: [UInt8])], mode: UInt32) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw IndexError(.storage, "cannot create the folder \(folder): \(error.localizedDescription)")
        }
        for (name, bytes) in files { try DurableFile.write(bytes, to: "\(folder)/\(name)", mode: mode) }
    }

    private func files(
        _ table: WindowTable,
        channels: [Name]
    ) throws -> [(name: String, bytes: [UInt8])] {
        let description = EncoderDescription(
            family,
            dimension: min(Self.dimension, table.layout.featureCount),
            layout: table.layout,
            features: table.layout.names(channels: channels)
        )
        let set = trainingSet(table)
        let normals = set.anomalous.count { !$0 }
        guard normals >= TrainingSet.fewestWindows else {
            throw IndexError(
                .tooLittleHistory,
                "the encoder `\(family.rawValue)` needs \(TrainingSet.fewestWindows) normal windows to "
                    + "learn from, and the history has \(normals); build from a longer history, or with "
                    + "--encoder pca"
            )
        }
        return [
            (EncoderDescription.fileName, try description.encoded()),
            (TrainingSet.fileName, try set.tensors.encoded()),
        ]
    }

    private func trainingSet(_ table: WindowTable) -> TrainingSet {
        let rows = Array(0..<table.count).thinned(to: Self.windowLimit)
        var position = [Float](repeating: 0, count: table.count)
        for own in table.rows {
            for row in own { position[row] = Float(row - own.lowerBound) / Float(own.count) }
        }
        return TrainingSet(
            family,
            rows: table.inputs(of: rows),
            shape: WindowShape(table.layout),
            position: rows.map { position[$0] },
            anomalous: rows.map { table.anomalous[$0] }
        )
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
