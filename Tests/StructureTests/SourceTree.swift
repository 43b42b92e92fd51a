import Foundation

/// The files of the package, as text.
struct SourceTree {
    struct File: Sendable {
        /// Relative to the package's folder.
        let path: String
        let text: String

        /// The target to which it belongs: the folder under `Sources` or `Tests`.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

        /// The number of lines; a line feed at the end does not begin another one.
        var lineCount: Int { lines.count - (text.hasSuffix("\n") ? 1 : 0) }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The files under a folder, sorted by path; none if the folder does not exist.
    static func files(under folder: String, endings: [String] = ["swift"]) throws -> [File] {
        let start = URL(fileURLWithPath: root + "/" + folder)
        let found = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil)
        let urls = (found?.allObjects ?? []).compactMap { $0 as? URL }
        return try urls.filter { endings.contains($0.pathExtension) }
            .map { url in
                let path = String(url.path.dropFirst(root.count + 1))
                return File(path: path, text: try String(contentsOf: url, encoding: .utf8))
            }
            .sorted { $0.path < $1.path }
    }

    /// `Package.swift`.
    static func manifest() throws -> String {
        try String(contentsOfFile: root + "/Package.swift", encoding: .utf8)
    }
}
