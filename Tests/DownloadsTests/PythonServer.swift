import Downloads
import Foundation
import ReadingSources
import Readings
import TestSupport

/// A server in Python on loopback, from the fixtures. It ends with the last reference to it.
final class PythonServer: Sendable {
    /// The first line that it printed, in words: the port first.
    let words: [String]
    private let input: FileHandle

    var port: String { words[0] }

    /// - Parameters:
    ///   - script: a fixture's name.
    ///   - python: the interpreter.
    init(_ script: String, python: String = "python3", _ arguments: [String] = []) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(script)").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, path] + arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        input = stdin.fileHandleForWriting
        var line = Data()
        while line.last != 10 {
            let byte = try stdout.fileHandleForReading.read(upToCount: 1) ?? Data()
            guard !byte.isEmpty else { throw ProgramFailure("\(script) ended before it printed its port") }
            line += byte
        }
        words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// How often a path was asked for; it is told as a file with one reading.
    func count(_ path: String) throws -> Int? {
        let files = try InputFiles(["http://127.0.0.1:\(port)/count/\(path)"], remotes: [HTTPFiles()])
        return try ReadingFiles(files).read().histories.first?.values.first.map { Int($0) }
    }

    deinit { try? input.close() }

    /// Whether there is a Python.
    static let isThere = succeeds(["python3", "-c", ""])

    /// Whether there is OpenSSL's program, which makes certificates.
    static let hasOpenSSL = succeeds(["openssl", "version"])

    /// Runs a command to its end.
    static func succeeds(_ words: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
