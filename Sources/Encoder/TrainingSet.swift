public import Windows

/// The windows to train a network on: the contents of `windows.safetensors`.
///
/// They are standardised to mean 0 and deviation 1, clipped at six deviations, and 0 where unknown. A trainer
/// therefore need not handle missing or extreme values.
public struct TrainingSet: Equatable, Sendable {
    /// One window per row: its features, or its slots times the width of a slot.
    public let windows: Safetensors.Tensor
    /// How the windows were standardised; part of the trained weights.
    public let standardisation: Standardisation
    /// The position of each window in its meter's history, 0…1.
    public let position: [Float]
    /// Whether each window is labelled anomalous.
    public let anomalous: [Bool]

    /// The name of the file.
    public static let fileName = "windows.safetensors"
    /// Windows from this position on are held out, for early stopping.
    public static let laterFrom: Float = 0.8
    /// Fewer windows than this are not enough to train a network.
    public static let fewestWindows = 200

    /// Selects the numbers that a network reads, and standardises them.
    ///
    /// - Parameters:
    ///   - family: the network's family, which decides which numbers of a window it reads.
    ///   - rows: row-major windows of `shape`; NaN if unknown.
    ///   - shape: the shape of a window.
    ///   - position: the position of each window in its meter's history, 0…1.
    ///   - anomalous: whether each window is labelled anomalous.
    public init(
        _ family: EncoderFamily,
        rows: [Float],
        shape: WindowShape,
        position: [Float],
        anomalous: [Bool]
    ) {
        let readsSlots = family.readsSlots
        let columns = readsSlots ? shape.slotWidth : shape.featureCount
        let used = readsSlots ? shape.featureCount..<shape.count : 0..<shape.featureCount
        var values: [Float] = []
        values.reserveCapacity(position.count * used.count)
        for row in position.indices {
            values += rows[row * shape.count + used.lowerBound..<row * shape.count + used.upperBound]
        }
        standardisation = Standardisation(fittedTo: values, featureCount: columns)
        for index in values.indices {
            values[index] = standardisation.apply(values[index], column: index % columns)
        }
        windows = Safetensors.Tensor(
            shape: readsSlots ? [position.count, shape.slots, columns] : [position.count, columns],
            values: values
        )
        self.position = position
        self.anomalous = anomalous
    }

    /// The tensors of the file.
    public var tensors: Safetensors {
        let width = standardisation.mean.count
        return Safetensors([
            "windows": windows,
            "position": .init(shape: [position.count], values: position),
            "anomalous": .init(shape: [anomalous.count], values: anomalous.map { $0 ? 1 : 0 }),
            "mean": .init(shape: [width], values: standardisation.mean),
            "inverse_deviation": .init(shape: [width], values: standardisation.inverseDeviation),
        ])
    }

    /// Reads the tensors of the file.
    ///
    /// - Throws: ``EncoderError`` with `badWeights` if a tensor is missing or their shapes disagree.
    public init(_ tensors: Safetensors) throws(EncoderError) {
        guard let windows = tensors.tensors["windows"], let position = tensors.tensors["position"],
            let anomalous = tensors.tensors["anomalous"], let mean = tensors.tensors["mean"],
            let deviation = tensors.tensors["inverse_deviation"],
            [2, 3].contains(windows.shape.count), windows.shape[0] == position.values.count,
            position.values.count == anomalous.values.count, mean.values.count == deviation.values.count,
            windows.shape.last == mean.values.count
        else {
            throw EncoderError(
                .badWeights,
                "\(Self.fileName) lacks a tensor of a training set, or their shapes disagree"
            )
        }
        self.windows = windows
        self.position = position.values
        self.anomalous = anomalous.values.map { $0 != 0 }
        standardisation = Standardisation(mean: mean.values, inverseDeviation: deviation.values)
    }

    /// The length of a row.
    public var width: Int { windows.shape.dropFirst().reduce(1, *) }

    /// The normal windows, row-major, at most `limit` of them, evenly spaced.
    ///
    /// - Parameter later: whether to take the held-out windows, from ``laterFrom`` on, or those before.
    public func normals(later: Bool, limit: Int) -> [Float] {
        let all = position.indices.filter { !anomalous[$0] && (position[$0] >= Self.laterFrom) == later }
        let count = min(all.count, limit)
        return (0..<count).flatMap { index in
            let row = all[index * all.count / count]
            return windows.values[row * width..<(row + 1) * width]
        }
    }
}

/// How the numbers of a window are divided: features first, then the raw slots, the oldest first.
public struct WindowShape: Equatable, Sendable {
    /// How many features a window has.
    public let featureCount: Int
    /// How many raw slots follow; 0 for none.
    public let slots: Int
    /// How many numbers a slot has.
    public let slotWidth: Int

    /// The shape of a layout's windows.
    public init(_ layout: FeatureLayout) {
        self.init(featureCount: layout.featureCount, slots: layout.slots, slotWidth: layout.slotWidth)
    }

    /// The shape of windows with these numbers of features and slots.
    public init(featureCount: Int, slots: Int, slotWidth: Int) {
        self.featureCount = featureCount
        self.slots = slots
        self.slotWidth = slotWidth
    }

    /// How many numbers a window has.
    public var count: Int { featureCount + slots * slotWidth }
}

/// The progress of a network's training. A trainer writes it after each epoch as a line of JSON.
package struct TrainingProgress: Codable, Equatable, Sendable {
    /// The number of completed epochs.
    package let epoch: Int
    /// The most epochs that may be trained.
    package let epochs: Int
    /// The mean loss over the training rows.
    package let loss: Double
    /// The mean squared error on the held-out rows.
    package let later: Double

    /// The progress after an epoch.
    package init(epoch: Int, epochs: Int, loss: Double, later: Double) {
        self.epoch = epoch
        self.epochs = epochs
        self.loss = loss
        self.later = later
    }
}
