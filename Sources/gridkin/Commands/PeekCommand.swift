import ArgumentParser
import Foundation
import ReadingSources
import Readings
internal import Text

struct PeekCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peek",
        abstract: "Says how files would be read; builds nothing.",
        discussion: """
              gridkin peek export.csv

            Prints what each column was taken for and why, what is converted, what is left out and lost, the first \
            three readings of the first meters, and the command that reads the files so without guessing. The \
            options are those of build that say how files are read.
            """
    )

    @Argument(help: ArgumentHelp("The files; the same as with --from.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var readings: ReadingOptions
    @OptionGroup var output: OutputOptions

    /// What peek prints with --json.
    private struct Peeked: Encodable {
        let rows: ReadingsSummary
        let command: String
    }

    func validate() throws {
        if files.isEmpty, readings.from.isEmpty { throw ValidationError("name the files to look at") }
    }

    func run() throws {
        var options = readings
        options.from = files + readings.from
        let bar = ProgressBar(quiet: output.quiet)
        defer { bar.finish() }
        let quiet = OutputOptions.silent
        let inputs = try options.inputs(output: quiet, bar: bar)
        let read = try options.read(rejects: nil, from: inputs, output: quiet, bar: bar)
        let summary = read.summary
        bar.finish()
        options.warnWithoutZone(read, output)
        let command = Self.command(options, inputs.tables, summary)
        if output.json { return try Console.print(json: Peeked(rows: summary, command: command)) }
        for remark in inputs.remarks { Console.print(remark) }
        for line in ReadingOptions.understood(summary) { Console.print(line) }
        Console.print(ReadingOptions.describe(summary))
        Console.print("")
        for line in Self.firstReadings(read) { Console.print(line) }
        Console.print("\n\(command)")
    }

    /// How many meters, channels and readings are shown.
    private static let shown = (meters: 5, channels: 6, readings: 3)

    /// The first readings of the first meters, as a table.
    private static func firstReadings(_ read: FileReadings) -> [String] {
        let (states, histories) = (read.states, read.histories)
        let names = states.columns(of: read.summary.channels)
        let units = states.isEmpty ? read.summary.units : states.columns(of: read.summary.units) { _ in "" }
        let channels = names.prefix(shown.channels).enumerated().map { place, name in
            let unit = place < units.count ? units[place] : ""
            return unit.isEmpty || name.text.contains(unit) ? name.text : "\(name) [\(unit)]"
        }
        let more = names.count > shown.channels ? ["… (\(names.count))"] : []
        var rows = [["meter", "time"] + channels + more]
        for history in histories.prefix(shown.meters) {
            for index in 0..<min(shown.readings, history.count) {
                let columns = states.columns(of: history.values(at: index))
                let values = columns.prefix(shown.channels).enumerated().map { place, value in
                    value.isNaN ? "-" : states.word(of: value, inColumn: place)?.text ?? "\(value)"
                }
                rows.append([history.meter.text, history.times[index].description] + values)
            }
        }
        let lines = Table.lines(rows)
        guard histories.count > shown.meters else { return lines }
        let others = histories.count - shown.meters
        return lines + ["… and " + others.counted("more meter", "more meters")]
    }

    /// The command that reads the files so.
    private static func command(
        _ given: ReadingOptions,
        _ tables: [String],
        _ summary: ReadingsSummary
    ) -> String {
        let within = given.within.map { ["--within", $0.description] } ?? []
        var known: Set<Name> = []
        let named = tables.filter { known.insert(Name($0)).inserted }.flatMap { ["--table", $0] }
        let registers = summary.registers.flatMap { ["--register", $0.text] }
        let states = summary.states.flatMap { ["--state", $0.text] }
        let labels = given.labels.isEmpty ? [] : ["--labels"] + given.labels
        let context = given.contextFrom.isEmpty ? [] : ["--context-from"] + given.contextFrom
        // Joined tables have columns of their own, which no option names for all of them.
        let columns = given.within == nil ? summary.files.first?.columns.options ?? [] : []
        let zone = given.zone.timezone.map { ["--timezone", $0.identifier] } ?? []
        let options = zone + labels + context + named + within + columns + states + registers
        return (["gridkin", "build", "NAME", "--from"] + given.from + options).map(\.shellWord).joined(
            separator: " "
        )
    }
}

extension String {
    /// The text as one word of a shell's command.
    fileprivate var shellWord: String {
        let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_./=:,+%@"))
        guard isEmpty || unicodeScalars.contains(where: { !plain.contains($0) }) else { return self }
        return "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
