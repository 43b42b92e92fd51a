import AnomalyIndex
import Foundation

/// Where scores are written: beside the target under another name, and in its place once all are there; or
/// stdout.
struct ScoresOutput {
    private let path: String?
    private let handle: FileHandle

    /// - Throws: an error that names the path where it cannot be written.
    init(_ path: String?) throws {
        self.path = path
        if let path {
            let temporary = path + ".tmp"
            guard FileManager.default.createFile(atPath: temporary, contents: nil),
                let handle = FileHandle(forWritingAtPath: temporary)
            else { throw OutputError(path: path, reason: String(cString: strerror(errno))) }
            self.handle = handle
        } else {
            handle = .standardOutput
        }
        try write(ScoresFile.header + "\n")
    }

    mutating func write(_ scores: [ScoredReading]) throws {
        try write(scores.map { ScoresFile.row($0) + "\n" }.joined())
    }

    private func write(_ text: String) throws {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw OutputError(path: path ?? "stdout", reason: error.localizedDescription)
        }
    }

    /// Puts the file in its place.
    func close() throws {
        guard let path else { return }
        try handle.close()
        guard rename(path + ".tmp", path) == 0 else {
            throw OutputError(path: path, reason: String(cString: strerror(errno)))
        }
    }
}

/// A result could not be written.
struct OutputError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "\(path) cannot be written: \(reason); the file there before is untouched" }
}
