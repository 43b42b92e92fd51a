import ArgumentParser
import Readings
internal import Storage
internal import Text
internal import Verdicts

struct JudgementsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judgements",
        abstract: "Prints what was said of the pushed readings, as CSV.",
        discussion: """
              gridkin judgements demo --since 2016-09-13 --alarms

            One row for each reading that was pushed and judged, meter by meter, in order of time, times in UTC: \
            meter,timestamp,verdict,score,p,kind,generation, as the reply to `PUSH` had them, then the same of the \
            second look, empty as long as it is not due. Those of readings pushed a moment ago are among them once they \
            are on the disk. They stay what they were: later labels and generations \
            change no judgement that was given.
            """
    )

    @OptionGroup var index: IndexOptions
    @OptionGroup var span: MeterSpanOptions

    @Flag(name: .long, help: "Print only readings whose latest verdict is anomalous or novel.")
    var alarms = false

    func run() throws {
        let held = try HeldReadings(of: try index.folder())
        var file = try OutputFile(.standardOutput)
        try file.write { bytes in
            bytes.append(contentsOf: "meter,timestamp,".utf8)
            bytes.append(contentsOf: Self.columns.joined(separator: ",").utf8)
            for column in Self.columns { bytes.append(contentsOf: ",second_\(column)".utf8) }
            bytes.append(Byte.lineFeed)
        }
        try span.forEachMeter(of: held) { meter, since, until in
            try held.walkJudgements(of: meter, since: since, until: until) { judgements in
                for looks in judgements.byReading where !alarms || looks.last?.verdict != .normal {
                    try file.write { $0.append(looks) }
                }
            }
        }
        try file.finish()
    }

    private static let columns = ["verdict", "score", "p", "kind", "generation"]
}

extension [UInt8] {
    /// Appends the looks at a reading as a row of CSV; numbers in their shortest form that reads back the
    /// same.
    fileprivate mutating func append(_ looks: ArraySlice<KeptJudgement>) {
        guard let any = looks.first else { return }
        append(csvText: any.meter.text.utf8)
        append(Byte.comma)
        any.time.appendDescription(to: &self)
        for look in [KeptJudgement.Look.first, .second] {
            guard let judgement = looks.first(where: { $0.look == look }) else {
                append(contentsOf: ",,,,,".utf8)
                continue
            }
            append(contentsOf: ",\(judgement.verdict.rawValue),\(judgement.score),\(judgement.p),".utf8)
            if let kind = judgement.kind { append(csvText: kind.text.utf8) }
            append(contentsOf: ",\(judgement.generation)".utf8)
        }
        append(Byte.lineFeed)
    }
}
