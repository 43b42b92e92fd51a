package import Foundation

/// What a Python that has scikit-learn says, where there is one.
package enum ScikitPython {
    /// Whether `python3` has scikit-learn.
    package static let isThere = output(of: "import sklearn") != nil

    /// What a script prints; nil where it fails.
    package static func output(of script: String, input: Data = Data()) -> Data? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
            try stdin.fileHandleForWriting.write(contentsOf: input)
            try stdin.fileHandleForWriting.close()
        } catch {
            return nil
        }
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? output : nil
    }
}
