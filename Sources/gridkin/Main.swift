import ArgumentParser
import Foundation

/// Turns arguments into a command, runs it, and turns what it throws into an exit code: 2 for an error of the
/// command's own, whatever the argument parser says for the rest (64 for wrong usage, 0 for help).
@main
enum Main {
    static func main() async {
        // A limit on the size of files is an error of the write that meets it, not the end of the program.
        signal(SIGXFSZ, SIG_IGN)
        var arguments = Array(CommandLine.arguments.dropFirst())
        // The parser knows the long name alone.
        if arguments == ["-V"] { arguments = ["--version"] }
        if let complaint = Gridkin.complaint(about: arguments) {
            Console.error(complaint)
            exit(ExitCode.validationFailure.rawValue)
        }
        var command: any ParsableCommand
        do {
            command = try Gridkin.parseAsRoot(arguments)
        } catch {
            Gridkin.exit(withError: error)
        }
        do {
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            // The parser's own errors, such as what `gridkin help COMMAND` throws, have no public type.
            if error is ExitCode || Gridkin.exitCode(for: error) != .failure {
                Gridkin.exit(withError: error)
            }
            Console.error("\(error)")
            exit(2)
        }
    }
}
