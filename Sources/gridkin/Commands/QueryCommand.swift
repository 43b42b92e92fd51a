import ArgumentParser
import LineProtocol
import NIOCore
import Readings
import Server
internal import Verdicts

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Says what one reading resembles; keeps nothing.",
        discussion: """
            Reads the index from the disk, with all labels and pushed readings that are written down. Values \
            come in the order of the index's channels, `-` for a missing one.

              gridkin query lead 118 2016-09-13T00:00:00Z 234.4
              gridkin query lead 118 2016-09-13T00:00:00Z 234.4 --where 'label=anomalous AND time>=2016-06-01'
            """
    )

    @OptionGroup var index: IndexOptions
    @Argument(help: "The meter.") var meter: String
    @Argument(help: "The time of the reading.", transform: Timestamp.written) var time: Timestamp
    @Argument(parsing: .allUnrecognized, help: "Its values.") var values: [String]
    @Option(name: .short, help: "How many known windows to name.") var k = RequestLimit.defaultNeighbours
    @Flag(name: .long, help: "Look everywhere instead of where neighbours probably are.") var exact = false
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Name only windows that fulfil this: meter, time, label, kind or person, compared, joined by AND.",
            valueName: "conditions"
        )
    )
    var conditions: String?
    @OptionGroup var alarms: FalseAlarmOption
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...RequestLimit.neighbours).contains(k) else {
            throw ValidationError("-k is 1 to \(RequestLimit.neighbours)")
        }
        _ = try numbers()
        _ = try filter()
    }

    func run() throws {
        let live = try LiveIndex(try index.folder(), readonly: true, alarmLine: alarms.line())
        let options = QueryOptions(neighbours: k, exact: exact, filter: try filter())
        let answer = try live.query(meter, at: time, values: try numbers(), options: options)
        if output.json {
            var buffer = ByteBuffer()
            Reply(answer).append(to: &buffer)
            Console.say(String(String(buffer: buffer).dropFirst("OK ".count).dropLast()))
            return
        }
        switch answer.content {
        case .warming(let missing):
            let readings = missing == 1 ? "1 more reading is" : "\(missing) more readings are"
            Console.say("\(meter) at \(time): warming, \(readings) needed")
            let last = live.newestTime(of: meter).flatMap { $0 < time ? ", the latest of \($0)" : nil }
            Console.say(
                "  a reading is judged beside those shortly before it, and too few of them are held\(last ?? "");"
                    + " PUSH the missing ones first, or build with them"
            )
        case .judged(let found):
            tell(found)
        }
    }

    private func numbers() throws -> [Double] {
        try values.map { text in
            if text == "-" { return .nan }
            guard let value = Double(text), abs(value) <= RequestLimit.magnitude else {
                let hint = text.contains(",") ? "decimals stand after a point" : "write a number"
                throw ValidationError("`\(text)` is no value; \(hint), or - for a missing one")
            }
            return value
        }
    }

    private func filter() throws -> NeighbourFilter? {
        guard let conditions else { return nil }
        do {
            return try NeighbourFilter(Request.conditions(parsing: conditions))
        } catch let error as RequestError {
            throw ValidationError("--where: \(error.sentence)")
        } catch let error as QueryError {
            throw ValidationError("--where: \(error.message)")
        }
    }

    private func tell(_ found: Assessment) {
        let kind = found.kind.map { " (\($0))" } ?? ""
        Console.say("\(meter) at \(time): \(found.verdict.rawValue)\(kind)")
        Console.say(
            "  score \(Table.number(found.score)) (1 is the alarm line), p \(Table.number(found.p, decimals: 5))"
        )
        let anomalous = found.anomalousDistance.map { ", to known anomalies \(Table.number($0))" } ?? ""
        Console.say("  distance to known normals \(Table.number(found.normalDistance))\(anomalous)")
        for neighbour in found.neighbours {
            let label = neighbour.label.isAnomalous ? neighbour.label.kind ?? "anomalous" : "normal"
            Console.say(
                "  \(Table.number(neighbour.distance))  \(label)  \(neighbour.meter)  \(neighbour.time)"
            )
        }
    }
}
