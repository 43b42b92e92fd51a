import ArgumentParser
import Readings
import Verdicts

struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Labels the windows that end at readings; the label counts from the next query on.",
        discussion: """
              gridkin label lead 118 2016-05-20T10:00:00Z anomalous spike
              gridkin label lead 118 2016-05-20T11:00:00Z normal
              gridkin label lead 118 2016-05-20T10:00Z..2016-05-20T18:00Z anomalous outage --repair 'fuse, 3 h'

            The readings are a time; two times with `..` between them, for all readings from the one through \
            the other; or several of these with commas between them. All of them are labelled, or none.

            Sends the label to the running server of the index; if none runs, writes it into the index's \
            journal. It is on the disk when the command returns. A second label of the same reading replaces \
            the first; `gridkin unlabel` takes it back, and `gridkin labels` lists what was given.
            """
    )

    @OptionGroup var index: IndexOptions
    @Argument(help: "The meter.", transform: Name.meter) var meter: Name
    @Argument(help: "The times of readings the index holds.", transform: WrittenTimes.written)
    var times: WrittenTimes
    @Argument(help: "normal or anomalous.") var label: String
    @Argument(help: "The kind of anomaly, such as spike.", transform: Name.kind) var kind: Name?
    @OptionGroup var said: SaidOptions
    @OptionGroup var finding: FindingOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        let index: String
        let meter: Name
        let time: String?
        let first: String?
        let last: String?
        let readings: Int?
        let label: String
        let kind: Name?
        let counts: Bool
        let counting: Int?
        let replaced: Int?
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
        var note = said.said
        (note.cause, note.repair) = (finding.cause, finding.repair)
        let object = try await conversation.ask(
            RequestLine.label(meter, at: times, label, kind: kind, note: note)
        )
        let labelled = try ServerReply.object(object).decoded(as: ServerReply.Labelled.self)
        if output.json { return try Console.print(json: result(labelled)) }
        Console.print(
            "\(labelled.what(meter)) labelled \(label)\(kind.map { " (\($0))" } ?? ""), \(labelled.effect)"
        )
    }

    private func result(_ labelled: ServerReply.Labelled) -> Result {
        Result(
            index: index.name,
            meter: meter,
            time: labelled.time,
            first: labelled.first,
            last: labelled.last,
            readings: labelled.readings,
            label: label,
            kind: kind,
            counts: labelled.counts,
            counting: labelled.counting,
            replaced: labelled.replaced
        )
    }
}

extension ServerReply.Labelled {
    /// The readings, with a verb.
    fileprivate func what(_ meter: Name) -> String {
        guard let first, let last, let readings else { return "\(meter) at \(time ?? "")" + " is" }
        return
            "\(readings) \(readings == 1 ? "reading" : "readings") of \(meter) from \(first) through \(last) "
            + (readings == 1 ? "is" : "are")
    }

    /// When it counts, and what it replaces.
    fileprivate var effect: String {
        var effect = "from the next query on"
        if !counts {
            effect = "from the next rebuild on"
            if let counting, let readings, counting > 0 {
                effect = "\(counting) from the next query and \(readings - counting) from the next rebuild on"
            }
        }
        guard let replaced, replaced > 0 else { return effect }
        return effect + "; \(replaced) had another label, which it replaces"
    }
}
