import Dispatch
import Foundation
package import TestSupport

/// The program under test: what `GRIDKIN_PROGRAM` names, else the package's release build.
package enum Program {
    package static let path: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return ProcessInfo.processInfo.environment["GRIDKIN_PROGRAM"]
            ?? root.appendingPathComponent(".build/release/gridkin").path
    }()

    /// Runs a command to its end.
    ///
    /// Its output goes into files and not pipes: a full pipe would stop the command.
    ///
    /// - Parameters:
    ///   - arguments: the subcommand and what follows.
    ///   - folder: where it runs and where its indexes are.
    ///   - shell: a line of shell that runs before the command; `exec "$@"` in it runs the command.
    ///   - limit: seconds after which a command counts as hanging; with a sanitizer the longest
    ///     build takes minutes.
    package static func run(
        _ arguments: [String],
        in folder: TemporaryFolder,
        shell: String? = nil,
        limit: Int = 600
    ) throws -> Finished {
        let name = UUID().uuidString
        let process = try start(arguments, in: folder, shell: shell, output: name)
        guard process.waitForEnd(limit) else {
            process.kill(SIGKILL)
            throw ProgramFailure("`gridkin \(arguments.joined(separator: " "))` hangs")
        }
        return Finished(
            code: process.code,
            output: try folder.text("\(name).out"),
            errors: try folder.text("\(name).err")
        )
    }

    /// Runs a command that must succeed.
    @discardableResult
    package static func succeed(_ arguments: [String], in folder: TemporaryFolder) throws -> Finished {
        let finished = try run(arguments, in: folder)
        guard finished.code == 0 else {
            throw ProgramFailure(
                "`gridkin \(arguments.joined(separator: " "))` gives \(finished.code): \(finished.errors)"
            )
        }
        return finished
    }

    /// Starts a command whose output goes into the files NAME.out and NAME.err.
    package static func start(
        _ arguments: [String],
        in folder: TemporaryFolder,
        shell: String? = nil,
        output name: String
    ) throws -> StartedProcess {
        let process = Process()
        var words = [path] + arguments
        if let shell { words = ["/bin/bash", "-c", shell, "bash"] + words }
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        var environment = ProcessInfo.processInfo.environment
        environment["GRIDKIN_INDEXES"] = folder.indexes
        environment["OMP_NUM_THREADS"] = "1"
        environment["OPENBLAS_NUM_THREADS"] = "1"
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = try (
            handle(folder.file("\(name).out", "")), handle(folder.file("\(name).err", ""))
        )
        (process.standardOutput, process.standardError) = (output, errors)
        let started = try StartedProcess(process)
        // Foundation keeps them open after the command's end; after a thousand commands, its own list of
        // descriptors is read beyond its end.
        try output.close()
        try errors.close()
        return started
    }

    private static func handle(_ path: String) throws -> FileHandle {
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw ProgramFailure("\(path) cannot be written")
        }
        return handle
    }
}

/// The result of a command that has ended.
package struct Finished {
    /// The exit code; 128 plus the signal's number if a signal ended it, as in a shell.
    package let code: Int32
    package let output: String
    package let errors: String

    /// A result from its parts.
    package init(code: Int32, output: String, errors: String) {
        (self.code, self.output, self.errors) = (code, output, errors)
    }

    package var outputLines: [Substring] { output.split(separator: "\n") }

    /// The first line of the output as a JSON object.
    package func json() throws -> JSONObject { try JSONObject(outputLines.first ?? "") }
}
