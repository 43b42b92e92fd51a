import ArgumentParser
import Readings
internal import Storage
internal import Verdicts

/// Which of an index's readings a command prints.
struct MeterSpanOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Print only the readings of this meter. (default: all)", valueName: "meter")
    )
    var meter: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Print only readings from this time on.", valueName: "time"),
        transform: WrittenStamp.written
    )
    var since: WrittenStamp?

    @Option(
        name: .long,
        help: ArgumentHelp("Print only readings before this time.", valueName: "time"),
        transform: WrittenStamp.written
    )
    var until: WrittenStamp?

    /// Gives each meter, and the times between which its readings are printed, by its own clock.
    ///
    /// - Throws: ``IndexError`` with `notFound` for a meter of which the index holds nothing; what the body
    ///   throws.
    func forEachMeter(
        of held: HeldReadings,
        _ body: (_ meter: Name, _ since: Timestamp?, _ until: Timestamp?) throws -> Void
    ) throws {
        for meter in try meters(of: held) {
            let (from, end) = try times(on: held.clocks[meter])
            try body(meter, from, end)
        }
    }

    /// The times between which readings are printed, by a clock; nil where there is no bound.
    func times(on clock: LocalClock) throws -> (since: Timestamp?, until: Timestamp?) {
        let from = try since?.moment(of: "--since", on: clock)
        let end = try until?.moment(of: "--until", on: clock)
        if let from, let end, from >= end {
            throw ValidationError("--until \(end) is not after --since \(from)")
        }
        return (from, end)
    }

    /// The meters whose readings are printed.
    ///
    /// - Throws: ``IndexError`` with `notFound` for a meter of which the index holds nothing.
    func meters(of held: HeldReadings) throws -> [Name] {
        guard let meter else { return held.meters }
        let name = Name(meter)
        guard !held.meters.contains(name) else { return [name] }
        let meant = name.meant(among: held.meters).map { "; did you mean \($0)?" } ?? ""
        throw IndexError(.notFound, "the index holds no reading of the meter `\(meter)`\(meant)")
    }
}
