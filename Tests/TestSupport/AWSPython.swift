internal import Dispatch
package import Foundation

/// A Python with botocore and moto, AWS's own client and a server that speaks as AWS does.
///
/// `bin/test` installs both into `.build/python` if it can; `GRIDKIN_AWS_PYTHON` names another Python that
/// has them.
package enum AWSPython {
    /// The sentence for tests that are skipped.
    package static let absence =
        "no Python with botocore and moto; bin/test installs one where PyPI is reached"

    /// The interpreter.
    package static let path: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return ProcessInfo.processInfo.environment["GRIDKIN_AWS_PYTHON"]
            ?? root.appendingPathComponent(".build/python/bin/python").path
    }()

    /// Whether it is there.
    package static let isInstalled = output(["-c", "import botocore, moto.server"]) != nil

    /// The standard output of a script that reads `input`; nil if it fails.
    package static func output(_ arguments: [String], input: Data = Data()) -> Data? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        // On another thread: both pipes may be full at once.
        DispatchQueue(label: "input").async {
            try? stdin.fileHandleForWriting.write(contentsOf: input)
            try? stdin.fileHandleForWriting.close()
        }
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? output : nil
    }
}
