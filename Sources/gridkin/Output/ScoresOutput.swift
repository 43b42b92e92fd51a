import Foundation

/// Where scores are written: beside the target under another name, and in its place once all are there; or
/// stdout. What was not closed leaves nothing behind.
struct ScoresOutput: ~Copyable {
    private let path: String?
    private let handle: FileHandle
    private let hasSecondLook: Bool
    private var isInPlace = false

    /// - Parameters:
    ///   - path: the file; nil for stdout.
    ///   - hasSecondLook: whether the columns of a second look are written too.
    /// - Throws: an error that names the path where it cannot be written.
    init(_ path: String?, hasSecondLook: Bool) throws {
        handle = try Self.open(path, hasSecondLook)
        self.path = path
        self.hasSecondLook = hasSecondLook
    }

    private static func open(_ path: String?, _ hasSecondLook: Bool) throws -> FileHandle {
        let header = ScoresFile.header + (hasSecondLook ? ScoresFile.secondHeader : "")
        var handle = FileHandle.standardOutput
        if let path {
            let temporary = path + ".tmp"
            guard FileManager.default.createFile(atPath: temporary, contents: nil),
                let opened = FileHandle(forWritingAtPath: temporary)
            else { throw OutputError(path: path, reason: String(cString: strerror(errno))) }
            handle = opened
        }
        do {
            try write(header + "\n", to: handle, path)
        } catch {
            if let path { unlink(path + ".tmp") }
            throw error
        }
        return handle
    }

    mutating func write(_ scores: [ScoredReading]) throws {
        try Self.write(rows(scores), to: handle, path)
    }

    private func rows(_ scores: [ScoredReading]) -> String {
        scores.map { ScoresFile.row($0, hasSecondLook: hasSecondLook) + "\n" }.joined()
    }

    private static func write(_ text: String, to handle: FileHandle, _ path: String?) throws {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw OutputError(path: path ?? "stdout", reason: error.localizedDescription)
        }
    }

    deinit {
        if let path, !isInPlace { unlink(path + ".tmp") }
    }

    /// Puts the file in its place.
    mutating func close() throws {
        guard let path else { return }
        try handle.close()
        guard rename(path + ".tmp", path) == 0 else {
            throw OutputError(path: path, reason: String(cString: strerror(errno)))
        }
        isInPlace = true
    }
}

/// A result could not be written.
struct OutputError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "\(path) cannot be written: \(reason); the file there before is untouched" }
}
