// NEM12, the interval data of the Australian market (AEMO, "Meter Data File Format Specification NEM12 &
// NEM13"): records of several kinds, each with its own fields, begin with 100 (header), 200 (a stream: meter,
// suffix, unit, interval), 300 (a day of the stream), 400 (qualities of parts of the day), 500 (reads by
// hand) and 900 (end). Times are Eastern Standard Time all year.

internal import Readings
internal import Text

/// A stream of NEM12: what a record 200 says of the records 300 below it.
struct NEM12Stream {
    /// The meter: its national identifier.
    let meter: Name
    /// The channel, such as `E1` for energy from the grid.
    let suffix: Name
    let unit: String
    /// In minutes.
    let interval: Int

    /// Reads a record 200; nil if it is none.
    init?(_ cells: [String]) {
        guard cells.count >= 9, cells[0] == "200", !cells[1].isEmpty, !cells[4].isEmpty,
            let interval = Int(cells[8]), interval > 0, 1_440 % interval == 0
        else { return nil }
        (meter, suffix, unit, self.interval) = (Name(cells[1]), Name(cells[4]), cells[7], interval)
    }

    /// How many intervals a day has.
    var perDay: Int { 1_440 / interval }

    /// A number of its unit in another one; nil if that is of another quantity.
    func convert(_ number: Double, to other: String) -> Double? {
        if unit == other { return number }
        guard let own = Unit(unit), let other = Unit(other), own.measures(like: other) else { return nil }
        return own.convert(number, to: other)
    }
}

/// Reads files of NEM12.
enum NEM12 {
    /// Ten hours: Australian Eastern Standard Time, which has no summer time.
    static let offset: Int64 = 36_000_000

    /// Whether a file that begins with these cells is one.
    static func begins(_ cells: [String]) -> Bool {
        guard cells.count > 1 else { return false }
        return cells[0] == "100" ? cells[1].uppercased() == "NEM12" : NEM12Stream(cells) != nil
    }

    /// The channels of files, in order, with their units: of each the first one, to which the others are
    /// converted.
    ///
    /// - Throws: ``ReadingsError`` with `unitsDiffer` if a channel has units of different quantities.
    static func channels(of inputs: [InputFile]) throws(ReadingsError) -> [(name: Name, unit: String)] {
        var found: [Name: String] = [:]
        for input in inputs {
            var file = try CSVFile(input)
            try file.prepare(delimiter: Byte.comma)
            while let record = try next(&file, rowsSoFar: 0) {
                guard case .row(let cells) = record, let stream = NEM12Stream(cells) else { continue }
                let known = found[stream.suffix] ?? stream.unit
                found[stream.suffix] = known
                guard stream.convert(0, to: known) == nil else { continue }
                throw ReadingsError(
                    .unitsDiffer,
                    file: input.name,
                    line: file.scanner.line,
                    column: stream.suffix.text,
                    "`\(stream.suffix)` is in `\(known)` and in `\(stream.unit)`, which are different quantities: "
                        + "read the files apart, into an index each"
                )
            }
        }
        return found.sorted { $0.key < $1.key }.map { (name: $0.key, unit: $0.value) }
    }

    private enum Record {
        case row([String])
        case rejected(Rejection)
    }

    /// The next record; nil at the end.
    private static func next(_ file: inout CSVFile, rowsSoFar rows: Int) throws(ReadingsError) -> Record? {
        while true {
            switch file.scanner.next() {
            case .row: return .row(file.scanner.texts())
            case .rejected(let rejection): return .rejected(rejection)
            case .needsBytes: try file.fill(rowsSoFar: rows)
            case .ended: return nil
            }
        }
    }

    /// Reads a file into a sink.
    static func read(
        _ input: InputFile,
        channels: [(name: Name, unit: String)],
        into sink: inout RowSink
    ) throws(ReadingsError) {
        var file = try CSVFile(input)
        try file.prepare(delimiter: Byte.comma)
        let names = channels.map(\.name)
        sink.beginFile(input.name, channels: names)
        var stream: NEM12Stream?
        while let record = try next(&file, rowsSoFar: sink.rowsOfFile) {
            var rejection: Rejection?
            switch record {
            case .rejected(let found): rejection = found
            case .row(let cells) where cells[0] == "200": stream = NEM12Stream(cells)
            case .row(let cells) where cells[0] == "300":
                rejection = try day(cells, stream, channels, line: file.scanner.line, into: &sink)
            case .row: break
            }
            guard let rejection else { continue }
            let row = file.scanner.buffer[file.scanner.record]
            try sink.reject(rejection, line: file.scanner.line, row: row, readings: stream?.perDay ?? 1)
        }
        let column = Columns.Column(name: "NMI", isGiven: false)
        let time = Columns.Column(name: "IntervalDate", isGiven: false)
        let values = names.map { Columns.Column(name: $0, isGiven: false) }
        try sink.endFile(columns: Columns(meter: column, time: time, values: values, isWide: false))
    }

    /// Reads a record 300: the intervals of a day.
    private static func day(
        _ cells: [String],
        _ stream: NEM12Stream?,
        _ channels: [(name: Name, unit: String)],
        line: Int,
        into sink: inout RowSink
    ) throws(ReadingsError) -> Rejection? {
        guard let stream, let channel = channels.firstIndex(where: { $0.name == stream.suffix }) else {
            return .noMeter
        }
        let unit = channels[channel].unit
        let date = Array((cells.count > 1 ? cells[1] : "").utf8)
        guard case .local(let midnight) = StampFormat(.compact).read(date.span), date.count == 8 else {
            return .badTime
        }
        guard cells.count >= stream.perDay + 3 else {
            return .wrongFieldCount(found: cells.count, expected: stream.perDay + 7)
        }
        let meter = sink.meter(named: stream.meter)
        let format = NumberFormat()
        // Quality N: there is no data, whatever stands in its place.
        let isNull = cells[stream.perDay + 2].hasPrefix("N")
        sink.countRow()
        for interval in 0..<stream.perDay {
            let elapsed = Int64(interval * stream.interval) * 60_000
            let time = Timestamp(milliseconds: midnight + elapsed - offset)
            guard sink.wants(time) else {
                sink.passOverPart()
                continue
            }
            let cell = isNull ? [] : Array(cells[2 + interval].utf8)
            switch format.read(cell.span) {
            case .number(let value):
                sink.takePart(
                    meter: meter,
                    time: time,
                    channel: channel,
                    value: stream.convert(value, to: unit) ?? .nan,
                    label: LabelTable.none
                )
            case .missing:
                sink.takePart(meter: meter, time: time, channel: channel, value: .nan, label: LabelTable.none)
            default:
                sink.count(badCell: cell.span)
                try sink.reject(
                    cell: cell[...],
                    .notANumber(column: stream.suffix.text),
                    line: line,
                    readings: 1
                )
            }
        }
        return nil
    }
}
