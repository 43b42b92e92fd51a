import Foundation

/// The project's own files, as text.
struct SourceTree {
    struct File: Sendable {
        /// Relative to the project's root.
        let path: String
        let text: String

        /// The target it belongs to: the folder under `Sources` or `Tests`.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The files under a folder, by path; nothing where it is not there.
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
