import ArgumentParser
import Readings
import Verdicts

struct UnlabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlabel",
        abstract: "Takes back the labels that persons gave to readings.",
        discussion: """
              gridkin unlabel lead 118 2016-05-20T10:00:00Z
              gridkin unlabel lead 118 2016-05-20T10:00Z..2016-05-20T18:00Z --author ana --note 'wrong feeder'

            What the data set says of the readings counts again, from the next query on; a reading of which it \
            says nothing is unlabelled. Readings without a label of a person are passed over. `gridkin labels` \
            lists what was taken back, too.
            """
    )

    @OptionGroup var index: IndexOptions
    @Argument(help: "The meter.", transform: Name.meter) var meter: Name
    @Argument(help: "The times of readings the index holds, as for label.", transform: WrittenTimes.written)
    var times: WrittenTimes
    @OptionGroup var said: SaidOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        let index: String
        let meter: Name
        let first: String
        let last: String
        let readings: Int
        let withdrawn: Int
    }

    func run() async throws {
        let conversation = IndexConversation(
            folder: try index.folder(),
            purpose: .label,
            meter: meter,
            options: server
        )
        let object = try await conversation.ask(RequestLine.unlabel(meter, at: times, note: said.said))
        let reply = try ServerReply.object(object).decoded(as: ServerReply.Unlabelled.self)
        if output.json {
            return try Console.print(
                json: Result(
                    index: index.name,
                    meter: meter,
                    first: reply.first,
                    last: reply.last,
                    readings: reply.readings,
                    withdrawn: reply.withdrawn
                )
            )
        }
        let readings = "\(reply.readings) \(reply.readings == 1 ? "reading" : "readings")"
        let when =
            reply.first == reply.last ? "at \(reply.first)" : "from \(reply.first) through \(reply.last)"
        let labels = reply.withdrawn == 1 ? "label is" : "labels are"
        Console.print(
            reply.withdrawn == 0
                ? "no person has labelled \(meter) \(when) (\(readings)); nothing is taken back"
                : "\(reply.withdrawn) \(labels) taken back, of \(readings) of \(meter) \(when)"
        )
    }
}
