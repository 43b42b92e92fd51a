/// The names of a generation's files.
enum GenerationFile {
    static let manifest = "manifest.json"
    static let encoder = "encoder.json"
    static let weights = "weights.safetensors"
    static let normal = "normal.faiss"
    static let anomalous = "anomalous.faiss"
    static let catalog = "catalog.sqlite"
    static let rejects = "rejects.csv"

    /// One channel's part of the normal bank.
    static func normal(channel: Int) -> String { "normal.channel-\(channel).faiss" }
}
