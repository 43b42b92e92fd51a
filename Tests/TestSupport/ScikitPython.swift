package import Foundation

/// Runs scripts with a Python that has scikit-learn, if one is installed.
package enum ScikitPython {
    /// Whether `python3` has scikit-learn.
    package static let isInstalled = output(of: "import sklearn") != nil

    /// The standard output of a script; nil if the script fails.
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
