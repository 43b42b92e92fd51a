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
    /// Its output goes into files rather than pipes: nobody need read them for the command to go on.
    ///
    /// - Parameters:
    ///   - arguments: the subcommand and what follows.
    ///   - folder: where it runs and where its indexes are.
    ///   - shell: a line of shell that prepares the ground; `exec "$@"` in it is the command.
    ///   - limit: seconds after which a command counts as hanging; a sanitizer makes the longest build take minutes.
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

    /// Runs a command of which nothing but success is expected.
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

    /// Starts a command whose output goes into files of a name.
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
        // Foundation keeps them open for longer than the command lives; after a thousand commands, its own list of
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
