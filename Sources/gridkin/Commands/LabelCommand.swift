import ArgumentParser
import Readings

struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Labels the window that ends at a reading; the label counts from the next query on.",
        discussion: """
              gridkin label lead 118 2016-05-20T10:00:00Z anomalous spike
              gridkin label lead 118 2016-05-20T11:00:00Z normal

            Sends the label to the running server of the index; if none runs, writes it into the index's \
            journal. It is on the disk when the command returns. A second label of the same reading replaces \
            the first.
            """
    )

    @OptionGroup var index: IndexOptions
    @Argument(help: "The meter.", transform: Name.meter) var meter: Name
    @Argument(help: "The time of a reading the index holds.", transform: WrittenStamp.written)
    var time: WrittenStamp
    @Argument(help: "normal or anomalous.") var label: String
    @Argument(help: "The kind of anomaly, such as spike.", transform: Name.kind) var kind: Name?
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        let index: String
        let meter: Name
        let time: String
        let label: String
        let kind: Name?
        let counts: Bool
    }

    func validate() throws {
        if label != "normal" && label != "anomalous" {
            throw ValidationError("a label is `normal` or `anomalous`, not `\(label)`")
        }
        if label == "normal" && kind != nil { throw ValidationError("only an anomaly has a kind") }
    }

    func run() async throws {
        let conversation = IndexConversation(
            folder: try index.folder(),
            purpose: .label,
            meter: meter,
            options: server
        )
        let object = try await conversation.ask(RequestLine.label(meter, at: time, label, kind: kind))
        let labelled = try ServerReply.object(object).decoded(as: ServerReply.Labelled.self)
        if output.json {
            return try Console.print(
                json: Result(
                    index: index.name,
                    meter: meter,
                    time: labelled.time,
                    label: label,
                    kind: kind,
                    counts: labelled.counts
                )
            )
        }
        let effect = labelled.counts ? "from the next query on" : "from the next rebuild on"
        Console.print(
            "\(meter) at \(labelled.time) is labelled \(label)\(kind.map { " (\($0))" } ?? ""), \(effect)"
        )
    }
}
