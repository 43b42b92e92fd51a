import Foundation
import ProgramSupport
import TestSupport

/// The trainer beside the program under test, and scripts that replace it.
enum Trainer {
    /// The path of the real one; nil if libtorch was not installed when the program was built.
    static let path: String? = {
        let folder = URL(fileURLWithPath: Program.path).resolvingSymlinksInPath().deletingLastPathComponent()
        let path = folder.appendingPathComponent("gridkin-trainer").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// A shell script that is run instead of it.
    static func script(_ text: String, in folder: TemporaryFolder) throws -> String {
        let path = try folder.file("trainer-\(UUID().uuidString)", "#!/bin/sh\n\(text)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    /// The real one; its process number is written to `trainer.pid`.
    static func real(_ arguments: String = "", in folder: TemporaryFolder) throws -> String {
        try script(
            "echo $$ >'\(folder.path("trainer.pid"))'\nexec '\(path ?? "")' \"$@\" \(arguments)",
            in: folder
        )
    }

    /// One that never ends by itself; ``end(in:)`` ends it. Its process number is written as by
    /// ``real(_:in:)``.
    static func endless(in folder: TemporaryFolder) throws -> String {
        try script("echo $$ >'\(folder.path("trainer.pid"))'\nexec sleep 600", in: folder)
    }

    /// Ends the running trainer, and forgets it.
    static func end(in folder: TemporaryFolder) throws {
        let number = try folder.text("trainer.pid").trimmingCharacters(in: .whitespacesAndNewlines)
        if let number = Int32(number) { kill(number, SIGKILL) }
        try FileManager.default.removeItem(atPath: folder.path("trainer.pid"))
    }

    /// The line of shell that makes a command use a trainer.
    static func shell(_ trainer: String) -> String { "export GRIDKIN_TRAINER='\(trainer)'; exec \"$@\"" }

    /// Whether the process of ``real(_:in:)`` still runs; one that has ended and was not waited for does not.
    static func isAtWork(in folder: TemporaryFolder) -> Bool {
        guard let number = try? folder.text("trainer.pid").trimmingCharacters(in: .whitespacesAndNewlines),
            let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline")
        else { return false }
        return !words.isEmpty
    }
}
