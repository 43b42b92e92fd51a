internal import Readings
internal import Text

/// Sorts rows into one history per meter.
struct HistoryBuilder {
    /// How many values a row has.
    var channelCount = 1
    /// The labels of the rows, by number.
    var labels = LabelTable()

    private var names = NameTable()
    private var meterOfName: [Int] = []
    private var meterOfText: [Name: Int] = [:]
    private var meters: [MeterRows] = []

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
        meters.append(MeterRows(meter: name, channelCount: channelCount))
        meterOfText[name] = meters.count - 1
        return meters.count - 1
    }

    private static func text(of name: Span<UInt8>) -> String? {
        for index in 0..<name.count where name[index] < Byte.space || name[index] == 0x7f { return nil }
        guard let text = try? UTF8Span(validating: name) else { return nil }
        return String(copying: text)
    }

    /// Adds a row to a meter.
    mutating func append(meter: Int, time: Timestamp, values: [Double], label: Int32) {
        meters[meter].append(time, values, label)
    }

    /// The histories in the order of their names, and what there is to count about them.
    consuming func finish(
        channels: [Name],
        isWide: Bool,
        into summary: inout ReadingsSummary
    ) -> [MeterHistory] {
        var histories: [MeterHistory] = []
        var rows = 0
        for index in meters.indices {
            rows += meters[index].count
            summary.outOfOrder += meters[index].outOfOrder
            // Releases the rows one meter at a time, so that the histories never double the memory.
            var released = MeterRows(meter: "", channelCount: 1)
            swap(&meters[index], &released)
            let history = released.history(labels)
            summary.accepted += history.count
            histories += isWide ? history.split(channels) : [history]
        }
        summary.duplicates = rows - summary.accepted
        summary.meters = histories.count
        summary.first = histories.compactMap(\.times.first).min()
        summary.last = histories.compactMap(\.times.last).max()
        return histories.sortedByMeter()
    }
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
                values: Array(column[first...last]),
                labels: Array(labels[first...last])
            )
        }
    }
}
