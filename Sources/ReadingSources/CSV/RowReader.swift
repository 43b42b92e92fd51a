internal import Readings
internal import Text

/// Reads the fields of one row after the other into a sink.
struct RowReader {
    let layout: Layout
    /// The file, for messages.
    private let path: String
    private let missing: MissingWords
    /// The meter if no column names it, and its number once it has a row.
    private let ownName: Name
    private(set) var ownMeter: Int?
    private var stamps: StampReader
    private var moments: FileMoments
    /// The clocks of the meters; nil if all have that of the build.
    private var zones: RowZones?
    /// The units that rows name.
    var units: [RowUnits]
    var values: [Double] = []
    private var joined: [UInt8] = []
    /// The attributes of each meter that were noted last, as hashes.
    private var noted: [Int: [UInt64]] = [:]
    /// The first cell of the row that could not be read, and why.
    private var bad: (column: Int, rejection: Rejection)?
    private let otherHeader: OtherHeader
    /// Lines that are no rows, by what they are.
    private(set) var passedOver: [PassedOver: Int] = [:]
    private(set) var titles = TitleLines()

    /// A line below the header that is no row.
    enum PassedOver: String {
        case total = "sums of other rows"
        case comment = "comments"
        case header = "the header again"
        case channel = "rows with a quantity that is no channel"
    }

    /// - Parameters:
    ///   - ownName: the name of the meter if no column names it.
    ///   - clocks: of the stamps without an offset.
    ///   - hasZones: whether a column of any file names zones.
    ///   - missing: the words that mean that a cell says nothing.
    ///   - units: the units that rows name.
    init(
        _ layout: Layout,
        path: String,
        ownName: Name,
        clocks: MeterClocks,
        hasZones: Bool,
        missing: MissingWords,
        units: [RowUnits] = []
    ) {
        self.units = units
        otherHeader = OtherHeader(layout.header, day: layout.times.day)
        self.layout = layout
        self.missing = missing
        self.path = path
        self.ownName = ownName
        stamps = StampReader(layout.stamps)
        moments = FileMoments(clocks.standard, isDescending: layout.isDescending)
        if hasZones || !clocks.own.isEmpty {
            zones = RowZones(layout, clocks: clocks, missing: missing)
        }
    }

    /// Reads a row into the sink, or says why it cannot be read.
    ///
    /// - Parameter line: the row's line in its file.
    mutating func read(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        line: Int,
        into sink: inout RowSink
    ) throws(ReadingsError) -> Rejection? {
        if fields.count != layout.width, let rejection = lengthRejection(bytes, fields) {
            return note(try passedOver(bytes, fields, line: line)) ? nil : rejection
        }
        guard let written = stamp(bytes, fields) else {
            let cell = bytes.extracting(bytes.trimmed(fields[layout.times.day]))
            return note(try passedOver(bytes, fields, line: line))
                ? nil : missing.contains(cell) ? .noTime : .badTime
        }
        if layout.hasOneSeries { try titles.note(time: written.utc.milliseconds, file: path) }
        // Without a zone, time decides first: a row outside the range need not be readable.
        if moments.isPlain, zones == nil, layout.days == nil, !sink.wants(written.utc) {
            sink.passOver(readings: layout.readingsOfRow)
            return nil
        }
        var channel = 0
        if let names = layout.channel {
            let name = bytes.extracting(bytes.trimmed(fields[names.column]))
            guard let number = names.numbers[Name(name.text)] else {
                if name.isEmpty { return .noChannel }
                passedOver[.channel, default: 0] += 1
                return nil
            }
            channel = number
        }
        let named = meterName(bytes, fields)
        if let rejection = named.rejection { return rejection }
        if layout.days != nil {
            return try readDay(written, bytes, fields, named.range, channel: channel, line: line, into: &sink)
        }
        readValues(bytes, fields)
        if !layout.marks.isEmpty { dropMarked(bytes, fields) }
        if let bad, !layout.isWide, values.allSatisfy(\.isNaN) {
            count(bad.column, bytes, fields, &sink)
            return bad.rejection
        }
        guard let meter = meter(named.range, bytes, &sink) else { return .badMeter }
        try zones?.use(bytes, fields, of: meter, isLocal: written.isLocal, line: line, &moments, &sink)
        if !units.isEmpty {
            guard try convert(bytes, fields, meter: meter, channel: channel, line: line, &sink) else {
                return .noUnit
            }
        }
        let series = layout.channel == nil ? meter : meter << 10 | channel
        guard let time = moments.moment(written, series: series) else { return .skippedTime }
        guard sink.wants(time) else {
            sink.passOver(readings: layout.readingsOfRow)
            return nil
        }
        if bad != nil { try rejectCells(bytes, fields, line: line, &sink) }
        if !layout.attributes.isEmpty { noteAttributes(of: meter, bytes, fields, &sink) }
        let label = label(bytes, fields, &sink)
        if layout.channel == nil {
            sink.take(meter: meter, time: time, values: values, label: label)
        } else {
            sink.take(meter: meter, time: time, channel: channel, value: values[0], label: label)
        }
        return nil
    }

    // MARK: The parts of a row
    //
    // What is called for each row is mutating: a value of this size would be copied for any other call.

    /// Why a row of another width has not the fields that it needs; nil if it has. Fields behind the last
    /// name must be empty; those that are missing at the end are missing values.
    private func lengthRejection(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> Rejection? {
        let isShort =
            fields.count <= layout.lastNeeded || !layout.values.contains { $0.column < fields.count }
        let isLong =
            fields.count > layout.width
            && fields[layout.width...].contains { !bytes.trimmed($0).isEmpty }
        return isShort || isLong ? .wrongFieldCount(found: fields.count, expected: layout.width) : nil
    }

    private mutating func stamp(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> WrittenStamp? {
        let day = bytes.extracting(bytes.trimmed(fields[layout.times.day]))
        guard let clock = layout.times.clock else {
            let found = stamps.read(day)
            guard layout.times.half != nil else { return placed(found, bytes, fields) }
            return placed(layout.times.complete(found, bytes, fields), bytes, fields)
        }
        let found = stamps.read(date: day, clock: bytes.extracting(bytes.trimmed(fields[clock])))
        return placed(layout.times.complete(found, bytes, fields), bytes, fields)
    }

    /// A stamp where the file itself says that it is.
    @inline(__always)
    private mutating func placed(
        _ stamp: WrittenStamp?,
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>]
    ) -> WrittenStamp? {
        guard let placing = layout.placing, let stamp else { return stamp }
        return placing.place(stamp, bytes, fields)
    }

    /// Where the meter's name is: in `bytes`, or in ``joined`` if several columns name it; nil if no column
    /// does.
    private mutating func meterName(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>]
    ) -> (range: Range<Int>?, rejection: Rejection?) {
        guard let first = layout.meter.first else { return (nil, nil) }
        let range = bytes.trimmed(fields[first])
        guard !range.isEmpty else { return (nil, .noMeter) }
        guard layout.meter.count > 1 else { return (range, nil) }
        joined.removeAll(keepingCapacity: true)
        for column in layout.meter {
            let part = bytes.trimmed(fields[column])
            guard !part.isEmpty else { return (nil, .noMeter) }
            if !joined.isEmpty { joined.append(Byte.slash) }
            for index in part { joined.append(bytes[index]) }
        }
        return (0..<joined.count, nil)
    }

    private mutating func meter(_ name: Range<Int>?, _ bytes: Span<UInt8>, _ sink: inout RowSink) -> Int? {
        guard let name else {
            if let ownMeter { return ownMeter }
            let number = sink.meter(named: ownName)
            ownMeter = number
            return number
        }
        return layout.meter.count > 1
            ? sink.meter(named: joined.span.extracting(name)) : sink.meter(named: bytes.extracting(name))
    }

    private mutating func readValues(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) {
        values.removeAll(keepingCapacity: true)
        bad = nil
        for place in layout.values.indices {
            let column = layout.values[place].column
            guard column < fields.count else {
                values.append(.nan)
                continue
            }
            let cell = bytes.extracting(bytes.trimmed(fields[column]))
            switch layout.values[place].read(cell) {
            case .number(let value): values.append(value)
            case .missing: values.append(.nan)
            case let other:
                values.append(layout.isWide ? .badCell : .nan)
                if bad == nil { bad = (place, layout.values[place].rejection(of: other)) }
            }
        }
    }

    private mutating func label(_ bytes: Span<UInt8>, _ fields: [Range<Int>], _ sink: inout RowSink) -> Int32
    {
        guard let column = layout.label ?? layout.kind, column < fields.count else { return LabelTable.none }
        let word = bytes.extracting(bytes.trimmed(fields[column]))
        guard let kind = layout.kind, kind < fields.count else {
            return sink.label(word, kind: nil, layout.labelWords)
        }
        return sink.label(word, kind: bytes.extracting(bytes.trimmed(fields[kind])), layout.labelWords)
    }

    /// Keeps the texts that belong to the meter; nearly always they are those of the row before.
    private mutating func noteAttributes(
        of meter: Int,
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        _ sink: inout RowSink
    ) {
        var hashes = noted[meter] ?? Array(repeating: 0, count: layout.attributes.count)
        var isNew = noted[meter] == nil
        for (place, attribute) in layout.attributes.enumerated() where attribute.column < fields.count {
            let cell = bytes.extracting(bytes.trimmed(fields[attribute.column]))
            guard !cell.isEmpty, hashes[place] != cell.cellHash else { continue }
            (hashes[place], isNew) = (cell.cellHash, true)
            guard !missing.contains(cell), let text = HistoryBuilder.text(of: cell) else { continue }
            sink.note(attribute: attribute.name, of: meter, as: Name(text))
        }
        if isNew { noted[meter] = hashes }
    }

    // MARK: Cells that cannot be read

    /// Writes the bad cells of a row that is taken.
    private func rejectCells(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        line: Int,
        _ sink: inout RowSink
    ) throws(ReadingsError) {
        for place in layout.values.indices {
            let value = layout.values[place]
            guard value.column < fields.count else { continue }
            let cell = bytes.extracting(bytes.trimmed(fields[value.column]))
            switch value.read(cell) {
            case .number, .missing: continue
            case let other:
                sink.count(badCell: cell)
                let text = (0..<cell.count).map { cell[$0] }
                try sink.reject(cell: text[...], value.rejection(of: other), line: line)
            }
        }
    }

    private func count(_ place: Int, _ bytes: Span<UInt8>, _ fields: [Range<Int>], _ sink: inout RowSink) {
        sink.count(badCell: bytes.extracting(bytes.trimmed(fields[layout.values[place].column])))
    }

    /// What a line is that is no row; nil if it is a bad row.
    ///
    /// - Throws: ``ReadingsError`` with `headerMalformed` for another header: the rows below have other
    ///   columns.
    private mutating func passedOver(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        line: Int
    ) throws(ReadingsError) -> PassedOver? {
        let cells = fields.map { bytes.extracting(bytes.trimmed($0)).text }
        guard let first = cells.first else { return nil }
        if first.hasPrefix("#") || first.hasPrefix("//") { return .comment }
        let day = layout.times.day < cells.count ? cells[layout.times.day] : ""
        if otherHeader.isOne(cells), CellLook(day) == .text {
            throw OtherHeader.refusal(file: path, line: line)
        }
        if layout.times.day < layout.header.count, !day.isEmpty, day == layout.header[layout.times.day] {
            guard cells.prefix(layout.header.count).elementsEqual(layout.header.prefix(cells.count)) else {
                throw ReadingsError(
                    .headerMalformed,
                    file: path,
                    line: line,
                    "another header begins here, with other columns than the first; make a file of each part"
                )
            }
            return .header
        }
        let word = day.isEmpty ? first : day
        if ColumnNames.isTotal(word), !word.contains(where: \.isNumber) { return .total }
        if layout.hasOneSeries { titles.note(cells, line: line) }
        return nil
    }

    /// Counts a line that is no row; false if it is one.
    private mutating func note(_ kind: PassedOver?) -> Bool {
        guard let kind else { return false }
        passedOver[kind, default: 0] += 1
        return true
    }
}

extension RowReader {
    /// Reads a row that is a day: a reading for each of its intervals.
    private mutating func readDay(
        _ written: WrittenStamp,
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        _ name: Range<Int>?,
        channel: Int,
        line: Int,
        into sink: inout RowSink
    ) throws(ReadingsError) -> Rejection? {
        guard let meter = meter(name, bytes, &sink) else { return .badMeter }
        try zones?.use(bytes, fields, of: meter, isLocal: written.isLocal, line: line, &moments, &sink)
        let label = label(bytes, fields, &sink)
        if !units.isEmpty {
            guard try convert(bytes, fields, meter: meter, channel: channel, line: line, &sink) else {
                return .noUnit
            }
        }
        sink.countRow()
        for (place, start) in (layout.days ?? []).enumerated() {
            let value = layout.values[place]
            let cell =
                value.column < fields.count
                ? bytes.extracting(bytes.trimmed(fields[value.column])) : bytes.extracting(0..<0)
            let content = value.read(cell)
            // The hour that comes twice does so on one day of the year.
            let isRepeated = place > 0 && layout.days?[place - 1] == start
            if isRepeated, content == .missing { continue }
            let stamp = start.stamp(on: written)
            let time = moments.moment(stamp, series: meter << 10 | channel)
            guard let time, isOfDay(written, time) else {
                guard content != .missing else { continue }
                try sink.reject(cell: Self.copy(cell), .noSuchInterval, line: line, readings: 1)
                continue
            }
            guard sink.wants(time) else {
                sink.passOverPart()
                continue
            }
            switch content {
            case .number(let number):
                let value = units.first?.convert(number, of: layout.channel == nil ? 0 : channel) ?? number
                sink.takePart(meter: meter, time: time, channel: channel, value: value, label: label)
            case .missing:
                sink.takePart(meter: meter, time: time, channel: channel, value: .nan, label: label)
            case let other:
                sink.count(badCell: cell)
                try sink.reject(cell: Self.copy(cell), value.rejection(of: other), line: line, readings: 1)
            }
        }
        return nil
    }

    static func copy(_ cell: Span<UInt8>) -> ArraySlice<UInt8> {
        (0..<cell.count).map { cell[$0] }[...]
    }

    /// Whether an interval belongs to the day of its row.
    private mutating func isOfDay(_ day: WrittenStamp, _ time: Timestamp) -> Bool {
        guard case .local(let midnight) = day else { return true }
        return moments.isOn(midnight, time)
    }
}
