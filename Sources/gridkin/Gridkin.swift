import ArgumentParser
import Foundation
import Gateway
import Readings
internal import Text
import VectorIndex

/// The program: every subcommand is a file under `Commands`.
struct Gridkin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridkin",
        abstract:
            "Says what a meter's reading resembles: normal, a known anomaly, or nothing seen before.",
        discussion: """
              gridkin demo                                  show everything, in a minute
              gridkin simulate --output grid.csv            make readings for a trial
              gridkin build grid --from grid.csv            make an index of them
              gridkin query grid house-001 2024-01-01 0.42  ask it about a new reading
              gridkin serve grid                            answer queries over a socket
              gridkin label grid house-001 2023-12-31 anomalous spike
              gridkin rebuild grid                          take in labels and readings

            Indexes are kept in ./indexes, or in the folder named by --indexes DIR or $GRIDKIN_INDEXES. \
            `gridkin list` shows them; `gridkin COMMAND --help` explains a command. -V is short for --version.

            Exit codes: 0 done, 1 `verify` found damage, 2 error, 64 wrong usage.
            """,
        version: Version.description,
        subcommands: [
            BuildCommand.self, PeekCommand.self, RebuildCommand.self, WindowsCommand.self, ServeCommand.self,
            QueryCommand.self,
            PushCommand.self, ScoreCommand.self, EvaluateCommand.self, LabelCommand.self,
            UnlabelCommand.self, LabelsCommand.self,
            InspectCommand.self, ReadingsCommand.self, JudgementsCommand.self,
            IncidentsCommand.self, ReviewCommand.self,
            AckCommand.self, SnoozeCommand.self, ResolveCommand.self,
            VerifyCommand.self, BackupCommand.self, RestoreCommand.self, ListCommand.self,
            RollbackCommand.self, SimulateCommand.self,
            ConfigCommand.self, DemoCommand.self,
        ]
    )

    /// What is wrong with the name of the command; nil if there is such a command. The parser itself would
    /// print the whole help, and not the command that was meant.
    fileprivate static func unknownCommand(in arguments: [String]) -> String? {
        let asked = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let asked, !asked.hasPrefix("-"), asked != "help", !names.contains(asked) else {
            return nil
        }
        let meant = nearestName(to: asked, among: names).map { "did you mean `\($0)`?" }
        return "there is no command `\(asked)`; " + (meant ?? "`gridkin --help` lists all of them")
    }
}

/// Turns arguments into a command, runs it, and turns what it throws into an exit code: 2 for an error of the
/// command itself, what the argument parser says for the rest (64 for wrong usage, 0 for help).
@main
enum Main {
    static func main() async {
        // A limit on the size of files becomes an error of the write that meets it, and does not end the
        // program.
        signal(SIGXFSZ, SIG_IGN)
        openStandardDescriptors()
        if let problem = problemOfArguments() {
            Console.error(problem)
            exit(ExitCode.validationFailure.rawValue)
        }
        var arguments = Array(CommandLine.arguments.dropFirst())
        // The parser knows only the long name.
        if arguments == ["-V"] { arguments = ["--version"] }
        if let problem = Gridkin.unknownCommand(in: arguments) {
            Console.error(problem)
            exit(ExitCode.validationFailure.rawValue)
        }
        do {
            var command = try Gridkin.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(ServeSettings.withAllErrors(error, of: arguments))
        }
    }

    /// Takes the numbers of what is closed of standard input, output and error: a file that is opened later
    /// would get one, and then what is printed. To use them stays an error.
    private static func openStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // Gets the lowest number that is free.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// What is wrong with the first argument that is not UTF-8; nil if all are. Swift would replace its
    /// bytes, and two names that differ only there would be one.
    private static func problemOfArguments() -> String? {
        for number in 1..<max(Int(CommandLine.argc), 1) {
            guard let bytes = CommandLine.unsafeArgv[number], String(validatingCString: bytes) == nil else {
                continue
            }
            return "argument \(number) is not UTF-8: `\(String(cString: bytes))`; names and paths must be"
        }
        return nil
    }

    private static func end(_ error: any Error) -> Never {
        if let errors = error as? ConfigurationErrors, errors.isUsage {
            Console.info("Error: \(errors)\nUsage: \(Gridkin.usageString(for: ServeCommand.self))")
            Console.info("  See 'gridkin serve --help' for more information.")
            exit(ExitCode.validationFailure.rawValue)
        }
        // The parser's own errors, such as what `gridkin help COMMAND` throws, have no public type.
        if error is ExitCode || Gridkin.exitCode(for: error) != .failure {
            Gridkin.exit(withError: error)
        }
        if let unwritten = error as? UnwrittenReadings {
            for index in unwritten.indexes { Console.error("\(index)") }
        } else {
            Console.error("\(error)")
        }
        exit(2)
    }
}

/// What `--version` prints.
enum Version {
    /// The version, the commit it was built from, and FAISS's version: `0.1.0 (commit 1a2b3c4d5e6f, FAISS
    /// 1.7.3)`.
    ///
    /// `bin/gridkin`, which builds the program from its source folder, names the commit in `GRIDKIN_COMMIT`.
    /// SwiftPM cannot put it into the program without a plug-in, and a source file that changes with each
    /// commit would cause a build after each.
    static var description: String {
        let commit = ProcessInfo.processInfo.environment["GRIDKIN_COMMIT"].flatMap {
            $0.isEmpty ? nil : $0
        }
        return "\(gridkinVersion) (commit \(commit ?? "unknown"), FAISS \(VectorIndex.faissVersion))"
    }
}
