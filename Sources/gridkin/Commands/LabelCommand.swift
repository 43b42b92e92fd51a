import ArgumentParser
import Readings

struct LabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Labels the window that ends at a reading; it counts from the next query on.",
        discussion: """
            The label is on the disk when the command returns. A running server takes it in within a second.

              gridkin label lead 118 2016-05-20T10:00:00Z anomalous spike
              gridkin label lead 118 2016-05-20T11:00:00Z normal
            """
    )

    @OptionGroup var index: IndexOptions
    @Argument(help: "The meter.") var meter: String
    @Argument(help: "The time of the reading.", transform: Timestamp.written) var time: Timestamp
    @Argument(help: "normal or anomalous.") var label: String
    @Argument(help: "The kind of anomaly, such as spike.") var kind: String?
    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        let index: String
        let meter: String
        let time: String
        let label: String
        let kind: String?
        let counts: Bool
    }

    func validate() throws {
        if label != "normal" && label != "anomalous" {
            throw ValidationError("a label is `normal` or `anomalous`, not `\(label)`")
        }
        if label == "normal" && kind != nil { throw ValidationError("only an anomaly has a kind") }
    }

    func run() throws {
        let live = try LiveIndex(try index.folder())
        let given: Label = label == "normal" ? .normal : .anomalous(kind: kind)
        let labelled = try live.label(meter, at: time, as: given)
        if output.json {
            return try Console.say(
                json: Result(
                    index: index.name,
                    meter: meter,
                    time: time.description,
                    label: label,
                    kind: kind,
                    counts: labelled.counts
                )
            )
        }
        let effect = labelled.counts ? "from the next query on" : "from the next rebuild on"
        Console.say("\(meter) at \(time) is labelled \(label)\(kind.map { " (\($0))" } ?? ""), \(effect)")
    }
}
