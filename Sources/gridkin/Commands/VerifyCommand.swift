import ArgumentParser
internal import Storage

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads every byte of an index and reports everything that was altered.",
        discussion: """
              gridkin verify lead

            Checks every generation and the journal. Exit code 1 if anything is missing, altered or \
            inconsistent. Notes name files that other users can read or lock, and temporary files that are \
            not gridkin's; they do not change the exit code.
            """
    )

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = try index.folder()
        if folder.generations().isEmpty { _ = try folder.current() }
        let bar = ProgressBar(quiet: output.quiet)
        let verification = Verification(of: folder, report: bar.report)
        bar.finish()
        if output.json {
            try Console.print(json: verification)
        } else if verification.problems.isEmpty {
            let count = verification.generations.count
            Console.print(
                "\(folder.name): \(count) generation\(count == 1 ? "" : "s"), \(verification.bytes) bytes, "
                    + "all as written"
            )
        }
        for note in verification.notes { output.info("note: \(note)") }
        for problem in verification.problems { Console.error(problem) }
        if !verification.problems.isEmpty { throw ExitCode(1) }
    }
}
