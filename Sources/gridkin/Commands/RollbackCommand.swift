import ArgumentParser
internal import Storage

struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Serves an earlier generation again.",
        discussion: """
              gridkin rollback lead
              gridkin rollback lead --to 1

            No label and no pushed reading is lost: the journal keeps those that the earlier generation does \
            not know. A running server changes to the earlier generation within a second.
            """
    )

    @OptionGroup var index: IndexOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The generation to serve. (default: the one before the served one)",
            valueName: "number"
        )
    )
    var to: Int?

    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        let index: String
        let served: Int
    }

    func run() throws {
        let folder = try index.folder()
        // Checked first: the lock would make a folder for an index that does not exist.
        if folder.generations().isEmpty { _ = try folder.current() }
        let served = try folder.rollBack(to: to)
        if output.json { return try Console.print(json: Result(index: folder.name.text, served: served)) }
        Console.print("\(folder.name): generation \(served) is served")
    }
}
