import ArgumentParser

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the indexes and their generations.",
        discussion: """
            Says which generation is served, and which process is making another one just now.

              gridkin list --json
            """
    )

    @OptionGroup var indexes: IndexesOption
    @OptionGroup var output: OutputOptions

    private struct Entry: Encodable {
        let index: String
        let served: Int?
        let generations: [Int]
        /// The process that is making a generation just now.
        let builder: Int?
        let problem: String?
    }

    func run() throws {
        let entries = IndexFolder.all(in: indexes.path).map(entry)
        if output.json { return try Console.say(json: entries) }
        if entries.isEmpty { output.note("no index under \(indexes.path); make one with `gridkin build`") }
        for entry in entries {
            let generations = entry.generations.map { $0 == entry.served ? "\($0) (served)" : "\($0)" }
            Console.say(
                "\(entry.index)  "
                    + (generations.isEmpty
                        ? "no generation" : "generations " + generations.joined(separator: ", "))
            )
            if let problem = entry.problem { Console.say("  \(problem)") }
            if entry.problem == nil, let builder = entry.builder {
                Console.say("  process \(builder) is writing to it")
            }
        }
    }

    private func entry(_ folder: IndexFolder) -> Entry {
        var served: Int?
        var problem: String?
        do throws(IndexError) { served = try folder.current() } catch { problem = error.message }
        return Entry(
            index: folder.name.text,
            served: served,
            generations: folder.generations(),
            builder: folder.builder,
            problem: problem
        )
    }
}
