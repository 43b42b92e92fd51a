import ArgumentParser
internal import Foundation
import Gateway
internal import Incidents
internal import LineProtocol
internal import NIOCore
import Readings
internal import Storage
internal import Text
internal import Verdicts

struct IncidentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "Prints the incidents: runs of alarms among the pushed readings.",
        discussion: """
              gridkin incidents demo --open
              gridkin incidents demo --since 2016-09-13 --json

            Alarms of a meter are one incident while the next one comes within 24 of the meter's intervals, and at \
            least an hour. One row for each incident, by number, as CSV, times in UTC; `end` is empty while it is open. \
            --json prints an array of objects, those of the reply to `INCIDENTS`. Alarms of a moment ago are in it once \
            they are on the disk. `gridkin ack`, `snooze` and `resolve` say what you did about one.
            """
    )

    @OptionGroup var index: IndexOptions
    @OptionGroup var span: MeterSpanOptions

    @Flag(name: .long, help: "Print only incidents that are still open.")
    var open = false

    @Option(
        help: ArgumentHelp(
            "Print only those of one event: the number of its first incident.",
            valueName: "number"
        )
    )
    var event: Int64?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = try index.folder()
        let incidents = try Journal.reader(path: folder.journalPath)?.incidents(query(of: folder)) ?? []
        let now = Gateway.systemTime()
        var file = try OutputFile(.standardOutput)
        try file.write { bytes in
            if output.json {
                bytes.append(json: incidents, at: now)
            } else {
                bytes.append(csv: incidents, at: now)
            }
        }
        try file.finish()
    }

    private func query(of folder: IndexFolder) throws -> IncidentQuery {
        var query = IncidentQuery()
        (query.isOpen, query.event) = (open, event)
        let held = try HeldReadings(of: folder)
        query.meter = try span.meter.map { _ in try span.meters(of: held)[0] }
        let clock = query.meter.map { held.clocks[$0] } ?? held.clocks.standard
        (query.from, query.before) = try span.times(on: clock)
        return query
    }
}

extension [UInt8] {
    fileprivate mutating func append(json incidents: [Incident], at now: Timestamp) {
        var buffer = ByteBuffer()
        JSONWriter.append(to: &buffer) { writer in
            writer.array(incidents) { writer, incident in incident.write(to: &writer, at: now) }
        }
        append(contentsOf: buffer.readableBytesView)
        append(Byte.lineFeed)
    }

    fileprivate mutating func append(csv incidents: [Incident], at now: Timestamp) {
        append(contentsOf: "\(Incident.csvColumns)\n".utf8)
        for incident in incidents {
            append(contentsOf: incident.csv(at: now))
            append(Byte.lineFeed)
        }
    }
}
