import ArgumentParser
import Readings
internal import Storage
internal import Text

struct ReadingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readings",
        abstract: "Prints the readings that an index holds, as CSV.",
        discussion: """
              gridkin readings lead --meter 118 --since 2016-09-13

            One row for each reading: meter,timestamp, and a column for each channel, or each state, empty where a \
            value is missing; meter by meter, in order of time, times in UTC. Readings pushed since the last build are \
            among them once they are on the disk. Other values than those of the file mean that the file was \
            read otherwise than you think: `gridkin peek FILE` says how.
            """
    )

    @OptionGroup var index: IndexOptions

    @OptionGroup var span: MeterSpanOptions

    @Flag(
        name: .long,
        help: "Print the readings that were set aside, as their meter's clock was ahead, and no others."
    )
    var setAside = false

    func run() throws {
        let held = try HeldReadings(of: try index.folder())
        var file = try OutputFile(.standardOutput)
        try file.write { bytes in
            bytes.append(contentsOf: "meter,timestamp".utf8)
            for channel in held.columns {
                bytes.append(Byte.comma)
                bytes.append(csvText: channel.text.utf8)
            }
            bytes.append(Byte.lineFeed)
        }
        try span.forEachMeter(of: held) { meter, since, until in
            guard !setAside else {
                for reading in try held.setAside(of: meter, since: since, until: until) {
                    try file.write { $0.append(reading: reading, held.states) }
                }
                return
            }
            try held.walk(meter, since: since, until: until) { readings in
                for reading in readings { try file.write { $0.append(reading: reading, held.states) } }
            }
        }
        try file.finish()
    }
}

extension [UInt8] {
    /// Appends a reading as a row of CSV; numbers in their shortest form that reads back the same,
    /// states as their words.
    fileprivate mutating func append(reading: Reading, _ states: States) {
        append(csvText: reading.meter.text.utf8)
        append(Byte.comma)
        reading.time.appendDescription(to: &self)
        for (column, value) in states.columns(of: reading.values).enumerated() {
            append(Byte.comma)
            if value.isNaN { continue }
            if let word = states.word(of: value, inColumn: column) {
                append(csvText: word.text.utf8)
            } else {
                append(contentsOf: value.description.utf8)
            }
        }
        append(Byte.lineFeed)
    }
}
