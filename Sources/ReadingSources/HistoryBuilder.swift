internal import Readings
internal import Text

/// Sorts rows into one history per meter.
struct HistoryBuilder {
    /// How many values a reading has.
    var channelCount = 1
    /// How many rows the only meter will have; 0 if that is not known.
    var expectedRows = 0
    /// The labels of the rows, by number.
    var labels = LabelTable()

    /// The zones that rows of meters name, by the meters' numbers; nil for rows that name none.
    private(set) var zones: [Int: LocalClock?] = [:]

    private var names = NameTable()
    private var meterOfName: [Int] = []
    private var meterOfText: [Name: Int] = [:]
    private var meters: [Meter] = []

    /// A meter and what came of it: rows of all channels, rows of one channel each, or both.
    private struct Meter {
        var name: Name
        var rows: MeterRows
        var parts = MeterParts()
    }

    /// The number of a meter, a new one for a new name; nil for bytes that cannot be a name.
    mutating func meter(named name: Span<UInt8>) -> Int? {
        if let number = names.number(of: name) { return meterOfName[number] }
        guard !name.isEmpty, let text = Self.text(of: name) else { return nil }
        names.add(name)
        let meter = meter(named: Name(text))
        meterOfName.append(meter)
        return meter
    }

    /// The number of a meter, a new one for a new name.
    mutating func meter(named name: Name) -> Int {
        if let meter = meterOfText[name] { return meter }
        var rows = MeterRows(channelCount: channelCount)
        if meters.isEmpty { rows.reserve(expectedRows) }
        meters.append(Meter(name: name, rows: rows))
        meterOfText[name] = meters.count - 1
        return meters.count - 1
    }

    /// Keeps the zone that rows of a meter name, or that they name none; false if rows before say something
    /// else.
    mutating func note(zone: LocalClock?, of meter: Int) -> Bool {
        if let known = zones[meter] { return known == zone }
        zones.updateValue(zone, forKey: meter)
        return true
    }

    /// The name of a meter.
    func name(of meter: Int) -> Name { meters[meter].name }

    /// A text without control characters; nil for any other bytes.
    static func text(of name: Span<UInt8>) -> String? {
        for index in 0..<name.count where name[index] < Byte.space || name[index] == 0x7f { return nil }
        guard let text = try? UTF8Span(validating: name) else { return nil }
        return String(copying: text)
    }

    /// Adds a row to a meter.
    mutating func append(meter: Int, time: Timestamp, values: [Double], label: Int32) {
        meters[meter].rows.append(time, values, label)
    }

    /// Adds the value of one channel to a meter.
    mutating func append(meter: Int, time: Timestamp, channel: Int, value: Double, label: Int32) {
        meters[meter].parts.append(time, channel: channel, value, label)
    }

    /// The earliest and the latest time of all meters; nil if there are no rows.
    var span: ClosedRange<Timestamp>? {
        let spans = meters.indices.compactMap { span(of: $0) }
        guard let first = spans.map(\.lowerBound).min(), let last = spans.map(\.upperBound).max() else {
            return nil
        }
        return first...last
    }

    /// The earliest and the latest time of a meter; nil if it has no rows.
    func span(of meter: Int) -> ClosedRange<Timestamp>? {
        meters[meter].rows.span ?? meters[meter].parts.span
    }

    /// Makes one meter of several, in this order; it gets a name of its own.
    mutating func merge(_ parts: [Int], as name: Name) {
        guard let first = parts.first else { return }
        for part in parts.dropFirst() {
            meters[first].rows.append(contentsOf: meters[part].rows)
            meters[first].parts.append(contentsOf: meters[part].parts)
            meters[part] = Meter(name: meters[part].name, rows: MeterRows(channelCount: 1))
        }
        meters[first].name = name
    }

    /// The histories in the order of their names with the zones that their rows name, and what there is to
    /// count about them.
    consuming func finish(
        channels: [Name],
        isWide: Bool,
        into summary: inout ReadingsSummary
    ) -> (histories: [MeterHistory], zones: [Name: LocalClock]) {
        var histories: [MeterHistory] = []
        var zonesOfNames: [Name: LocalClock] = [:]
        for index in meters.indices where span(of: index) != nil {
            // Releases the rows one meter at a time, so that the histories never double the memory.
            var released = Meter(name: "", rows: MeterRows(channelCount: 1))
            swap(&meters[index], &released)
            let (history, counts) = Self.history(of: released, channelCount, labels)
            let readings = isWide ? channels.count : 1
            summary.outOfOrder += counts.outOfOrder
            summary.duplicates += counts.duplicates * readings
            summary.equalDuplicates += counts.equalDuplicates * readings
            summary.count(history, isWide: isWide)
            var own = isWide ? history.split(channels) : [history]
            if let zone = zones[index] ?? nil {
                for place in own.indices {
                    own[place].clock = zone
                    zonesOfNames[own[place].meter] = zone
                }
            }
            histories += own
        }
        summary.meters = histories.count
        summary.first = histories.compactMap(\.times.first).min()
        summary.last = histories.compactMap(\.times.last).max()
        return (histories.sortedByMeter(), zonesOfNames)
    }

    private static func history(
        of meter: consuming Meter,
        _ channelCount: Int,
        _ labels: LabelTable
    ) -> (MeterHistory, RowCounts) {
        let name = meter.name
        guard meter.parts.span == nil else {
            return meter.parts.history(of: name, channelCount: channelCount, labels)
        }
        let counts = meter.rows.sort()
        return (meter.rows.history(of: name, labels), counts)
    }
}

extension ReadingsSummary {
    /// Counts the readings of a history: a reading without any value is missing.
    fileprivate mutating func count(_ history: MeterHistory, isWide: Bool) {
        let width = history.channelCount
        for reading in 0..<history.count {
            let values = history.values[reading * width..<(reading + 1) * width]
            if isWide {
                for value in values {
                    if !value.isNaN {
                        accepted += 1
                    } else if value.isBadCell {
                        rejected += 1
                    } else {
                        missing += 1
                    }
                }
            } else if values.allSatisfy(\.isNaN) {
                missing += 1
            } else {
                accepted += 1
            }
        }
    }
}

extension Double {
    /// A missing value in the place of a cell that could not be read: in a wide file, where each cell is a
    /// reading, it is counted apart from one that was left empty.
    static let badCell = Double(nan: 1, signaling: false)

    /// Whether this is ``badCell``.
    var isBadCell: Bool { bitPattern == Self.badCell.bitPattern }
}

extension MeterHistory {
    /// One history per channel, for files in which each value column is a meter of its own.
    ///
    /// Cells missing before a meter's first value or after its last are dropped: the meter did not exist
    /// then. Channels without any value are left out.
    fileprivate func split(_ channels: [Name]) -> [MeterHistory] {
        channels.indices.compactMap { channel in
            let name: Name = meter.isEmpty ? channels[channel] : "\(meter)/\(channels[channel])"
            let column = times.indices.map { values[$0 * channelCount + channel] }
            guard let first = column.firstIndex(where: { !$0.isNaN }),
                let last = column.lastIndex(where: { !$0.isNaN })
            else { return nil }
            return MeterHistory(
                meter: name,
                channelCount: 1,
                times: Array(times[first...last]),
                values: column[first...last].map { $0.isNaN ? .nan : $0 },
                labels: Array(labels[first...last])
            )
        }
    }
}
