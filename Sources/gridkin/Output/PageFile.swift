import Foundation

/// A page for people, written whole or not at all.
enum PageFile {
    /// - Throws: an error that names the path where it cannot be written.
    static func write(_ html: String, to path: String) throws {
        do {
            try Data(html.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw OutputError(path: path, reason: error.localizedDescription)
        }
    }
}
