internal import Encoder
internal import Foundation
package import Verdicts

/// The names of a generation's files.
package enum GenerationFile {
    package static let manifest = "manifest.json"
    /// The manifest's own SHA-256, in the layout of `sha256sum`.
    package static let seal = "manifest.sha256"
    package static let encoder = EncoderDescription.fileName
    package static let weights = EncoderDescription.weightsName
    package static let normal = "normal.faiss"
    package static let anomalous = "anomalous.faiss"
    package static let forest = "forest.safetensors"
    package static let catalog = "catalog.sqlite"
    package static let rejects = "rejects.csv"
    /// The page about the build, for people.
    package static let report = "report.html"
    /// The folder of the second look's files, which have the names of the first's.
    package static let second = "second"

    /// Everything in a generation's folder, in order; what is in the second look's folder, as `second/name`.
    ///
    /// - Throws: ``IndexError`` with `storage` where a folder cannot be read: a manifest written then would leave out
    ///   files that are there.
    package static func names(in folder: String) throws(IndexError) -> [String] {
        let own = try entries(of: folder)
        guard own.contains(second) else { return own.sorted() }
        let further = try entries(of: folder + "/" + second).map { second + "/" + $0 }
        return (own.filter { $0 != second } + further).sorted()
    }

    /// The names in a folder. Not Foundation's listing, which ends without a word where reading the folder fails half-way.
    private static func entries(of path: String) throws(IndexError) -> [String] {
        func failure() -> IndexError {
            IndexError(.storage, "the folder \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard let folder = opendir(path) else { throw failure() }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                guard errno == 0 else { throw failure() }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// One channel's part of the normal bank.
    package static func normal(channel: Int) -> String { "normal.channel-\(channel).faiss" }

    /// The seal's content for a manifest's checksum.
    package static func seal(_ checksum: String) -> String { "\(checksum)  \(manifest)\n" }
}
