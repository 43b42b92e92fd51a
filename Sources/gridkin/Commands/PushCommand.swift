import ArgumentParser
import LineProtocol
import Readings

struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Adds one reading to a meter's history and says what it resembles.",
        discussion: """
              gridkin push lead 118 2016-09-13T00:00:00Z 234.4

            Sends the reading to the running server of the index. If none runs, opens the index and writes \
            the reading into its journal; it is on the disk when the command returns. Later queries and the \
            next rebuild know the reading. For many readings, one connection to a server is faster: see \
            docs/protocol.md.
            """
    )

    @OptionGroup var index: IndexOptions
    @Argument(help: "The meter. A name the index does not know becomes a new meter.", transform: Name.meter)
    var meter: Name
    @Argument(
        help: """
            The time of the reading; without an offset it is in the index's time zone. It may be up to 48 hours \
            earlier than the meter's last reading.
            """,
        transform: WrittenStamp.written
    )
    var time: WrittenStamp
    @Argument(parsing: .allUnrecognized, help: "Its values, one for each channel; - for a missing one.")
    var values: [String]
    @OptionGroup var neighbours: NeighbourOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        _ = try ReadingValues.parse(values)
    }

    func run() async throws {
        let conversation = IndexConversation(
            folder: try index.folder(),
            purpose: .push,
            meter: meter,
            options: server,
            onWarning: { output.info("warning: \($0)") }
        )
        let request = RequestLine.reading(
            .push,
            meter,
            at: time,
            values: try ReadingValues.parse(values),
            k: neighbours.k,
            where: neighbours.conditions
        )
        let answer = try await conversation.ask(request)
        try AnswerOutput(object: answer, conditions: neighbours.conditions).print(output)
    }
}
