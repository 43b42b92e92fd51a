package import Encoder
import Foundation
package import TestSupport
import Windows

/// A folder with the weights of a small network, to be imported by a build.
package struct ImportedWeights {
    package let home: TemporaryFolder
    package var description: EncoderDescription
    package var tensors: Safetensors

    package var path: String { home.path }

    package init(_ family: EncoderFamily, channels: Int = 1, hasCalendar: Bool = true, slots: Int = 12) throws
    {
        home = try TemporaryFolder()
        let layout = FeatureLayout(
            channelCount: channels,
            hasCalendar: hasCalendar,
            slots: family.readsSlots ? slots : 0
        )
        description = EncoderDescription(family, dimension: 4, layout: layout, features: [])
        var made: [String: Safetensors.Tensor] = [:]
        func add(_ name: String, _ shape: Int...) {
            let count = shape.reduce(1, *)
            // Any numbers that differ from each other.
            made[name] = .init(
                shape: shape,
                values: (0..<count).map { sin(Float($0 * 37 + name.utf8.count)) / 2 }
            )
        }
        if family == .autoencoder {
            add("mean", layout.featureCount)
            add("inverse_deviation", layout.featureCount)
            add("encoder.0.weight", 8, layout.featureCount)
            add("encoder.0.bias", 8)
            add("encoder.2.weight", 4, 8)
            add("encoder.2.bias", 4)
        } else {
            add("mean", layout.slotWidth)
            add("inverse_deviation", layout.slotWidth)
            add("encoder.weight_ih_l0", 20, layout.slotWidth)
            add("encoder.weight_hh_l0", 20, 5)
            add("encoder.bias_ih_l0", 20)
            add("encoder.bias_hh_l0", 20)
            add("embedding.weight", 4, 5)
            add("embedding.bias", 4)
        }
        tensors = Safetensors(made)
        try write()
    }

    package func write() throws {
        try write(EncoderDescription.fileName, description.encoded())
        try write(EncoderDescription.weightsName, tensors.encoded())
    }

    package func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
}
