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
    ///
    /// - Throws: ``IndexError`` with `storage` where a folder cannot be read: a manifest written then would leave out
    ///   files that are there.
    static func names(in folder: String) throws(IndexError) -> [String] {
        func names(_ path: String) throws(IndexError) -> [String] {
            do {
                return try FileManager.default.contentsOfDirectory(atPath: path)
            } catch {
                throw IndexError(.storage, "the folder \(path) cannot be read: \(error.localizedDescription)")
            }
        }
        let own = try names(folder)
        guard own.contains(second) else { return own.sorted() }
        let further = try names(folder + "/" + second).map { second + "/" + $0 }
        return (own.filter { $0 != second } + further).sorted()
    }

    /// One channel's part of the normal bank.
    static func normal(channel: Int) -> String { "normal.channel-\(channel).faiss" }

    /// The seal's content for a manifest's checksum.
    static func seal(_ checksum: String) -> String { "\(checksum)  \(manifest)\n" }
}
