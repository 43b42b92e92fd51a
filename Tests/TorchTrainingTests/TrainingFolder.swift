import Encoder
import Foundation
import Statistics
import TestSupport
import Windows

/// A folder with windows on which a small network can be trained.
struct TrainingFolder {
    let home: TemporaryFolder
    let set: TrainingSet

    static let layout = FeatureLayout(channelCount: 1, hasCalendar: false, slots: 6)

    var path: String { home.path }

    init(_ family: EncoderFamily, count: Int = 400, seed: UInt64 = 1) throws {
        home = try TemporaryFolder()
        var random = SplitMix64(seed: seed)
        let shape = WindowShape(Self.layout)
        let rows = (0..<count).flatMap { row -> [Float] in
            (0..<shape.count).map { sin(Float(row + $0)) + Float.random(in: -0.2...0.2, using: &random) }
        }
        set = TrainingSet(
            family,
            rows: rows,
            shape: shape,
            position: (0..<count).map { Float($0) / Float(count) },
            anomalous: (0..<count).map { $0 % 50 == 7 }
        )
        let description = EncoderDescription(family, dimension: 4, layout: Self.layout, features: [])
        try write(EncoderDescription.fileName, description.encoded())
        try write(TrainingSet.fileName, set.tensors.encoded())
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    func weights() throws -> Safetensors {
        let url = URL(fileURLWithPath: "\(path)/\(EncoderDescription.weightsName)")
        return try Safetensors(decoding: [UInt8](Data(contentsOf: url)))
    }
}
