import ArgumentParser

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Checks a settings file of `serve`, and lists what it can hold.",
        discussion: """
              gridkin config check gridkin.yaml
              gridkin config keys
              gridkin serve --config gridkin.yaml
            """,
        subcommands: [Check.self, Keys.self]
    )

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Says what `gridkin serve --config FILE` would serve, or every mistake.",
            discussion: """
                Prints every setting with the place it comes from: the file, a variable GRIDKIN_… of the \
                environment, or none, for what holds by default. What is printed is a settings file itself; \
                secrets are only named by their files. Each mistake is a line `file:line:column: what is wrong`, \
                and the exit code is then 2. The files of tokens, secrets and certificates are read, indexes are \
                looked for and not opened, and no address is listened on or connected to.
                """
        )

        @Argument(help: ArgumentHelp("The settings file.", valueName: "file"))
        var file: String

        func run() throws {
            // A command's options outside of parsing have no values, not even their defaults.
            let command = try ServeCommand.parse(["--config=\(file)"])
            do {
                let settings = try ServeSettings([], in: command.indexes, command.options)
                for line in settings.lines { Console.print(line) }
                for warning in settings.warnings() { Console.info("gridkin: \(warning)") }
            } catch {
                for sentence in error.sentences { Console.info(sentence) }
                throw ExitCode(2)
            }
        }
    }

    struct Keys: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys",
            abstract: "Lists the keys of a settings file, as a table in Markdown."
        )

        func run() {
            Console.print("| Key | Option | Meaning |")
            Console.print("|---|---|---|")
            Console.print("| `indexes` | the arguments | The indexes to serve, a list. |")
            for key in ServeKey.all {
                let standard = key.standard.map { " Default: \($0)." } ?? ""
                let form = key.form.replacing("|", with: "\\|")
                Console.print("| `\(key.path)`: \(form) | `\(key.flag)` | \(key.meaning)\(standard) |")
            }
            for (key, meaning) in SinkKeys.all {
                Console.print("| `sinks.\(key)` | | \(meaning) |")
            }
        }
    }
}
