internal import Encoder
internal import Foundation

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
    /// The folder of the second look's files, which have the names of the first's.
    static let second = "second"

    /// Everything in a generation's folder, in order; what is in the second look's folder, as `second/name`.
    static func names(in folder: String) -> [String] {
        func names(_ path: String) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        }
        let own = names(folder)
        let further = own.contains(second) ? names(folder + "/" + second).map { second + "/" + $0 } : []
        return (own.filter { $0 != second } + further).sorted()
    }

    /// One channel's part of the normal bank.
    static func normal(channel: Int) -> String { "normal.channel-\(channel).faiss" }

    /// The seal's content for a manifest's checksum.
    static func seal(_ checksum: String) -> String { "\(checksum)  \(manifest)\n" }
}
