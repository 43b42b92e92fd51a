internal import Encoder
internal import Foundation
package import Verdicts

/// The names of a generation's files.
package enum GenerationFile {
    package static let manifest = "manifest.json"
    /// The manifest's own SHA-256, in the layout of `sha256sum`.
    package static let manifestChecksum = "manifest.sha256"
    package static let encoder = EncoderDescription.fileName
    package static let weights = EncoderDescription.weightsName
    package static let normal = "normal.faiss"
    package static let anomalous = "anomalous.faiss"
    /// The last values of the windows in the normal bank.
    package static let values = "normal.values"
    package static let forest = "forest.safetensors"
    package static let catalog = "catalog.sqlite"
    package static let rejects = "rejects.csv"
    /// The page about the build, for people.
    package static let report = "report.html"
    /// The folder of the second look's files, which have the same names.
    package static let second = "second"

    /// One channel's part of the normal bank.
    package static func normal(channel: Int) -> String { "normal.channel-\(channel).faiss" }

    /// The content of ``manifestChecksum``.
    package static func manifestChecksum(_ checksum: String) -> String { "\(checksum)  \(manifest)\n" }
}

/// The folder of a generation, published or still being written, and the paths of its files.
package struct GenerationFolder: Sendable {
    /// The folder itself.
    package let path: String

    /// A folder at a path.
    package init(_ path: String) {
        self.path = path
    }

    /// The path of a file of a name.
    package func path(of name: String) -> String { path + "/" + name }

    package var manifest: String { path(of: GenerationFile.manifest) }
    package var manifestChecksum: String { path(of: GenerationFile.manifestChecksum) }
    package var encoder: String { path(of: GenerationFile.encoder) }
    package var weights: String { path(of: GenerationFile.weights) }
    package var normal: String { path(of: GenerationFile.normal) }
    package var anomalous: String { path(of: GenerationFile.anomalous) }
    package var values: String { path(of: GenerationFile.values) }
    package var forest: String { path(of: GenerationFile.forest) }
    package var catalog: String { path(of: GenerationFile.catalog) }
    package var rejects: String { path(of: GenerationFile.rejects) }
    package var report: String { path(of: GenerationFile.report) }
    /// One channel's part of the normal bank.
    package func normal(channel: Int) -> String { path(of: GenerationFile.normal(channel: channel)) }
    /// The folder of the second look's files.
    package var secondLook: GenerationFolder { GenerationFolder(path(of: GenerationFile.second)) }

    /// All files, in order; those of the second look's folder as `second/name`.
    ///
    /// - Throws: ``IndexError`` with `storage` where a folder cannot be read: a manifest written then would
    ///   leave files out.
    package func names() throws(IndexError) -> [String] {
        let second = GenerationFile.second
        let own = try Self.entries(of: path)
        guard own.contains(second) else { return own.sorted() }
        let further = try Self.entries(of: secondLook.path).map { second + "/" + $0 }
        return (own.filter { $0 != second } + further).sorted()
    }

    /// The names in a folder. Not Foundation's listing, which reports no error where reading the folder fails
    /// half-way.
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
}
