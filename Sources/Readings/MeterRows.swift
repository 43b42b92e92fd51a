/// One meter's rows as they came in.
struct MeterRows {
    let meter: String
    let channelCount: Int
    private var times: [Timestamp] = []
    private var values: [Double] = []
    private var labels: [Int32] = []
    private var isAscending = true
    private var latest = Timestamp(milliseconds: .min)
    /// Rows earlier than one before them.
    private(set) var outOfOrder = 0

    init(meter: String, channelCount: Int) {
        self.meter = meter
        self.channelCount = channelCount
    }

    /// How many rows there are.
    var count: Int { times.count }

    /// Adds a row.
    mutating func append(_ time: Timestamp, _ row: [Double], _ label: Int32) {
        if time > latest {
            latest = time
        } else {
            isAscending = false
            if time < latest { outOfOrder += 1 }
        }
        times.append(time)
        values.append(contentsOf: row)
        labels.append(label)
    }

    /// The rows in time order; of several at one time, the one that came last.
    consuming func history(_ table: LabelTable) -> MeterHistory {
        guard !isAscending else {
            return MeterHistory(
                meter: meter,
                channelCount: channelCount,
                times: times,
                values: values,
                labels: labels.map(table.label)
            )
        }
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        var history = MeterHistory(meter: meter, channelCount: channelCount)
        for (place, row) in order.enumerated() {
            if place + 1 < order.count, times[order[place + 1]] == times[row] { continue }
            let cells = values[(row * channelCount)..<((row + 1) * channelCount)]
            history.append(time: times[row], values: cells, label: table.label(labels[row]))
        }
        return history
    }
}
