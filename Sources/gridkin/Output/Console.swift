import Foundation

/// Results go to stdout, everything else to stderr.
enum Console {
    /// A result. One that cannot be told, such as to a full disk, is an error like any other.
    static func say(_ line: String) {
        do {
            // Not `print`: through a pipe it would hold back what a script waits for, such as the port.
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            complain("stdout cannot be written: \(error.localizedDescription)")
            exit(2)
        }
    }

    /// Something for people beside the result.
    static func note(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// What an interrupted command had left half-done.
    static func tellRemoved(_ leftOvers: [String]) {
        for path in leftOvers { note("gridkin: removed \(path), which an interrupted command had left") }
    }

    /// What went wrong.
    static func complain(_ message: String) {
        note("gridkin: \(message)")
    }

    /// A value as JSON: members in order of their names, one object a line.
    static func say(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .throw
        say(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
