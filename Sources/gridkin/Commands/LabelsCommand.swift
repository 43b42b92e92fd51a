import ArgumentParser
import Readings
internal import Storage
internal import Text
internal import Verdicts

struct LabelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labels",
        abstract: "Prints the labels that persons gave, as CSV.",
        discussion: """
              gridkin labels lead --meter 118 --in-effect

            One row for each label, meter by meter, in the order they were given, times in UTC: \
            meter,timestamp,label,kind,number,given,author,note,cause,repair,state,withdrawn,withdrawn_by,withdrawn_note. \
            `state` is `counts`, `replaced` by a later label of the reading, or `withdrawn`. `given` is empty for labels \
            of older versions. --since and --until are about the times of the readings. Labels of the data set are not \
            among them.
            """
    )

    @OptionGroup var index: IndexOptions
    @OptionGroup var span: MeterSpanOptions

    @Flag(name: .long, help: "Print only labels that count.")
    var inEffect = false

    func run() throws {
        let held = try HeldReadings(of: try index.folder())
        var file = try OutputFile(.standardOutput)
        try file.write { bytes in
            bytes.append(contentsOf: Self.columns.joined(separator: ",").utf8)
            bytes.append(Byte.lineFeed)
        }
        try span.forEachMeter(of: held) { meter, since, until in
            try held.walkLabels(of: meter, since: since, until: until) { labels in
                for label in labels where !inEffect || label.end == nil {
                    try file.write { $0.append(label) }
                }
            }
        }
        try file.finish()
    }

    private static let columns = [
        "meter", "timestamp", "label", "kind", "number", "given", "author", "note", "cause", "repair",
        "state",
        "withdrawn", "withdrawn_by", "withdrawn_note",
    ]
}

extension [UInt8] {
    /// Appends a label as a row of CSV.
    fileprivate mutating func append(_ label: GivenLabel) {
        append(csvText: label.entry.meter.text.utf8)
        append(Byte.comma)
        label.entry.time.appendDescription(to: &self)
        append(label.entry.label.isAnomalous ? "anomalous" : "normal")
        append(label.entry.label.kind?.text)
        append("\(label.number)")
        append(label.said?.given.description)
        for (_, text) in (label.said?.note ?? LabelNote()).texts { append(text) }
        switch label.end {
        case nil: append(contentsOf: ",counts,,,".utf8)
        case .replaced: append(contentsOf: ",replaced,,,".utf8)
        case .withdrawn(let said):
            append("withdrawn")
            append(said?.given.description)
            append(said?.note.author)
            append(said?.note.note)
        }
        append(Byte.lineFeed)
    }

    /// Appends a further field; an empty one for nil.
    private mutating func append(_ text: String?) {
        append(Byte.comma)
        if let text { append(csvText: text.utf8) }
    }
}
