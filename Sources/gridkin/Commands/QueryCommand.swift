import ArgumentParser
import LineProtocol
import Readings

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Says what one reading resembles; stores nothing.",
        discussion: """
              gridkin query lead 118 2016-09-13T00:00:00Z 234.4
              gridkin query lead 118 2016-09-13T00:00:00Z 234.4 --where 'label=anomalous'

            Asks the running server of the index, which answers at once and knows every reading pushed so \
            far. If none runs, opens the index itself, which takes seconds for a large one. A server started \
            with --read-only is not found and not asked. Values come in the order of the index's channels, \
            `-` for a missing one; `gridkin inspect` names the channels.
            """
    )

    @OptionGroup var index: IndexOptions
    @Argument(help: "The meter.", transform: Name.meter) var meter: Name
    @Argument(help: "The time of the reading, such as 2024-01-31T14:00:00Z.", transform: WrittenStamp.written)
    var time: WrittenStamp
    @Argument(parsing: .allUnrecognized, help: "Its values, one for each channel.") var values: [String]
    @OptionGroup var neighbours: NeighbourOptions
    @Flag(name: .long, help: "Compare with every known window: slower, and finds each true neighbour.")
    var exact = false
    @Flag(name: .long, help: "Say why, also of a reading that is normal; of an alarm it is always said.")
    var why = false
    @OptionGroup var alarms: FalseAlarmOption
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        _ = try ReadingValues.parse(values)
    }

    func run() async throws {
        let conversation = IndexConversation(
            folder: try index.folder(),
            purpose: .query,
            meter: meter,
            options: server,
            alarmLine: try alarms.line()
        )
        let request = RequestLine.reading(
            exact ? .truth : .query,
            meter,
            at: time,
            values: try ReadingValues.parse(values),
            k: neighbours.k,
            why: why,
            where: neighbours.conditions
        )
        let answer = try await conversation.ask(request)
        try AnswerOutput(object: answer, conditions: neighbours.conditions).print(output)
    }
}
