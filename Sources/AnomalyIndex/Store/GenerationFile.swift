internal import Encoder

/// The names of a generation's files.
enum GenerationFile {
    static let manifest = "manifest.json"
    /// The manifest's own SHA-256, in the layout of `sha256sum`.
    static let seal = "manifest.sha256"
    static let encoder = EncoderDescription.fileName
    static let weights = EncoderDescription.weightsName
    static let normal = "normal.faiss"
    static let anomalous = "anomalous.faiss"
    static let forest = "forest.safetensors"
    static let catalog = "catalog.sqlite"
    static let rejects = "rejects.csv"

    /// One channel's part of the normal bank.
    static func normal(channel: Int) -> String { "normal.channel-\(channel).faiss" }

    /// The seal's content for a manifest's checksum.
    static func seal(_ checksum: String) -> String { "\(checksum)  \(manifest)\n" }
}
