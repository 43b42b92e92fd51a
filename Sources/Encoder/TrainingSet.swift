/// Windows to train a network on, as they are handed to a trainer: `windows.safetensors`.
///
/// Standardised already, so that no trainer has to know about missing values or wild ones: mean 0, deviation 1, cut
/// at six deviations, and 0 for what is not known.
public struct TrainingSet: Equatable, Sendable {
    /// One window a row: its features, or its slots times the slots' width.
    public let windows: Safetensors.Tensor
    /// How the windows were standardised; belongs to the weights.
    public let standardisation: Standardisation
    /// Where each window stands in its meter's history, 0…1.
    public let position: [Float]
    /// Whether each window is labelled anomalous.
    public let anomalous: [Bool]

    /// The name of the file.
    public static let fileName = "windows.safetensors"
    /// Windows from here on in their meter's history are held out to tell when to stop.
    public static let laterFrom: Float = 0.8
    /// A network learns nothing from fewer windows than this.
    public static let fewestWindows = 200

    /// A training set.
    ///
    /// - Parameters:
    ///   - family: what is to be trained: it decides which numbers of a window are needed.
    ///   - rows: row-major, as a shape says, NaN where not known.
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
        for place in values.indices {
            values[place] = standardisation.apply(values[place], column: place % columns)
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
    /// - Throws: ``EncoderError`` with `badWeights`.
    public init(_ tensors: Safetensors) throws(EncoderError) {
        guard let windows = tensors.tensors["windows"], let position = tensors.tensors["position"],
            let anomalous = tensors.tensors["anomalous"], let mean = tensors.tensors["mean"],
            let deviation = tensors.tensors["inverse_deviation"],
            [2, 3].contains(windows.shape.count), windows.shape[0] == position.values.count,
            position.values.count == anomalous.values.count, mean.values.count == deviation.values.count,
            windows.shape.last == mean.values.count
        else { throw EncoderError(.badWeights, "\(Self.fileName) is not a set of windows") }
        self.windows = windows
        self.position = position.values
        self.anomalous = anomalous.values.map { $0 != 0 }
        standardisation = Standardisation(mean: mean.values, inverseDeviation: deviation.values)
    }

    /// The length of a row.
    public var width: Int { windows.shape.dropFirst().reduce(1, *) }

    /// The normal windows before or from ``laterFrom`` on, row-major, at most so many, evenly spaced.
    public func normals(later: Bool, limit: Int) -> [Float] {
        let all = position.indices.filter { !anomalous[$0] && (position[$0] >= Self.laterFrom) == later }
        let count = min(all.count, limit)
        return (0..<count).flatMap { index in
            let row = all[index * all.count / count]
            return windows.values[row * width..<(row + 1) * width]
        }
    }
}
