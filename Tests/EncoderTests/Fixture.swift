import Encoder
import Foundation
import TestSupport

/// Weights, windows, and PyTorch's results for them, written by `Fixtures/make.py`.
struct Fixture {
    let family: EncoderFamily
    let tensors: Safetensors
    /// Row-major.
    let windows: [Float]
    let embeddings: [Float]
    let residuals: [Float]

    static let shape = WindowShape(featureCount: 6, slots: 7, slotWidth: 2)
    static let families: [EncoderFamily] = [.autoencoder, .lstm, .gan]

    var count: Int { residuals.count }
    var dimension: Int { embeddings.count / count }

    init(_ family: EncoderFamily) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let url = folder.appendingPathComponent("Fixtures/\(family.rawValue).safetensors")
        tensors = try Safetensors(decoding: [UInt8](Data(contentsOf: url)))
        self.family = family
        windows = tensors.tensors["windows"]?.values ?? []
        embeddings = tensors.tensors["expected/embeddings"]?.values ?? []
        residuals = tensors.tensors["expected/residuals"]?.values ?? []
    }

    /// An encoder that returns the network's output unchanged.
    func encoder() throws -> NetworkEncoder {
        try NetworkEncoder(family, tensors.withIdentityProjection(dimension: dimension), shape: Self.shape)
    }

    /// An encoder with the projection that a build adds.
    func projected() throws -> NetworkEncoder {
        try NetworkEncoder(family, trained: tensors, shape: Self.shape, projectedOn: windows)
    }
}
