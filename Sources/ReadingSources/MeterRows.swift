internal import Readings

/// What became of a meter's rows when they were put in order.
struct RowCounts {
    /// Rows of a time that another row has, too, and which came later.
    var duplicates = 0
    /// Those of them whose values and labels are the same as the later row's.
    var equalDuplicates = 0
    /// Rows that are earlier than a row before them.
    var outOfOrder = 0

    static func += (sum: inout RowCounts, other: RowCounts) {
        sum.duplicates += other.duplicates
        sum.equalDuplicates += other.equalDuplicates
        sum.outOfOrder += other.outOfOrder
    }
}

/// One meter's rows in the order in which they came.
struct MeterRows {
    let channelCount: Int
    private var times: [Timestamp] = []
    private var values: [Double] = []
    private var labels: [Int32] = []
    private var isAscending = true
    private var outOfOrder = 0
    /// The earliest and the latest time; nil if there are no rows.
    private(set) var span: ClosedRange<Timestamp>?

    init(channelCount: Int) {
        self.channelCount = channelCount
    }

    /// Makes room for rows, so that an array that grows is never there twice.
    mutating func reserve(_ rows: Int) {
        times.reserveCapacity(rows)
        values.reserveCapacity(rows * channelCount)
        labels.reserveCapacity(rows)
    }

    /// How many rows there are.
    var count: Int { times.count }

    /// Adds a row.
    mutating func append(_ time: Timestamp, _ row: [Double], _ label: Int32) {
        note(time)
        times.append(time)
        values.append(contentsOf: row)
        labels.append(label)
    }

    /// Adds a row of one value.
    mutating func append(_ time: Timestamp, _ value: Double, _ label: Int32) {
        note(time)
        times.append(time)
        values.append(value)
        labels.append(label)
    }

    private mutating func note(_ time: Timestamp) {
        guard let span else {
            self.span = time...time
            return
        }
        if time > span.upperBound {
            self.span = span.lowerBound...time
            return
        }
        isAscending = false
        if time < span.upperBound { outOfOrder += 1 }
        if time < span.lowerBound { self.span = time...span.upperBound }
    }

    /// Adds the rows of another part of the same meter behind these.
    mutating func append(contentsOf other: MeterRows) {
        guard let otherSpan = other.span else { return }
        if let span {
            isAscending = isAscending && other.isAscending && span.upperBound < otherSpan.lowerBound
            self.span =
                min(span.lowerBound, otherSpan.lowerBound)...max(span.upperBound, otherSpan.upperBound)
        } else {
            (isAscending, span) = (other.isAscending, otherSpan)
        }
        outOfOrder += other.outOfOrder
        times += other.times
        values += other.values
        labels += other.labels
    }

    /// Puts the rows in order of time; of several at one time the one that came last stays.
    mutating func sort() -> RowCounts {
        guard !isAscending else { return RowCounts() }
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        var counts = RowCounts(outOfOrder: outOfOrder)
        var kept: [Int] = []
        kept.reserveCapacity(order.count)
        for row in order {
            if let last = kept.last, times[last] == times[row] {
                counts.duplicates += 1
                if isSame(last, row) { counts.equalDuplicates += 1 }
                kept[kept.count - 1] = row
            } else {
                kept.append(row)
            }
        }
        keep(kept)
        return counts
    }

    private mutating func keep(_ rows: [Int]) {
        var sorted: [Double] = []
        sorted.reserveCapacity(rows.count * channelCount)
        for row in rows { sorted += values[row * channelCount..<(row + 1) * channelCount] }
        (times, values, labels) = (rows.map { times[$0] }, sorted, rows.map { labels[$0] })
        (isAscending, outOfOrder) = (true, 0)
    }

    /// Whether two rows have the same values and the same label.
    private func isSame(_ first: Int, _ second: Int) -> Bool {
        guard labels[first] == labels[second] else { return false }
        return (0..<channelCount).allSatisfy { channel in
            let (left, right) = (
                values[first * channelCount + channel], values[second * channelCount + channel]
            )
            return left == right || (left.isNaN && right.isNaN)
        }
    }

    /// The rows as a history.
    ///
    /// - Precondition: they were sorted.
    consuming func history(of meter: Name, _ table: LabelTable) -> MeterHistory {
        MeterHistory(
            meter: meter,
            channelCount: channelCount,
            times: times,
            values: values,
            labels: labels.map(table.label)
        )
    }
}

/// One meter's rows when each has the value of one channel: a reading is what has one time.
///
/// Each channel's rows are kept apart until the end, since a file may name one channel after the other: a
/// reading with room for all its channels would be kept for each of its values.
struct MeterParts {
    private var channels: [MeterRows] = []

    /// Adds a value.
    mutating func append(_ time: Timestamp, channel: Int, _ value: Double, _ label: Int32) {
        while channels.count <= channel { channels.append(MeterRows(channelCount: 1)) }
        channels[channel].append(time, value, label)
    }

    /// Adds the rows of another part of the same meter behind these.
    mutating func append(contentsOf other: MeterParts) {
        while channels.count < other.channels.count { channels.append(MeterRows(channelCount: 1)) }
        for index in other.channels.indices { channels[index].append(contentsOf: other.channels[index]) }
    }

    /// The earliest and the latest time; nil if there are no rows.
    var span: ClosedRange<Timestamp>? {
        let spans = channels.compactMap(\.span)
        guard let first = spans.map(\.lowerBound).min(), let last = spans.map(\.upperBound).max() else {
            return nil
        }
        return first...last
    }

    /// The readings: for each time the values of all channels, NaN for one that has none.
    consuming func history(
        of meter: Name,
        channelCount: Int,
        _ table: LabelTable
    ) -> (history: MeterHistory, counts: RowCounts) {
        var counts = RowCounts()
        var columns = channels
        for index in columns.indices { counts += columns[index].sort() }
        let histories = columns.map { $0.history(of: meter, table) }
        let times = Set(histories.flatMap(\.times)).sorted()
        var values = [Double](repeating: .nan, count: times.count * channelCount)
        var labels = [Label?](repeating: nil, count: times.count)
        for (channel, history) in histories.enumerated() {
            var row = 0
            for index in 0..<history.count {
                while times[row] < history.times[index] { row += 1 }
                values[row * channelCount + channel] = history.values[index]
                if let label = history.labels[index] { labels[row] = label }
            }
        }
        let history = MeterHistory(
            meter: meter,
            channelCount: channelCount,
            times: times,
            values: values,
            labels: labels
        )
        return (history, counts)
    }
}
