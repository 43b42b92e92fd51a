import Foundation

/// Results go to stdout, everything else to stderr.
enum Console {
    /// Prints a result. A full disk or a closed pipe ends the program with an error, as any other failure does.
    static func print(_ line: String) {
        do {
            // Not Swift's `print`: through a pipe it would hold back what a script waits for, such as the port.
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            Self.error("stdout cannot be written: \(error.localizedDescription)")
            exit(2)
        }
    }

    /// Prints a value as JSON: members in order of their names, one object a line.
    static func print(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .throw
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Tells people something beside the result.
    static func info(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Says what went wrong.
    static func error(_ message: String) {
        info("gridkin: \(message)")
    }

    /// Names the unfinished files of an interrupted command that were removed.
    static func printRemoved(_ paths: [String]) {
        for path in paths { info("gridkin: removed \(path), left by an interrupted command") }
    }
}
