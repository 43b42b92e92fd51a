extension [MeterHistory] {
    /// Sorted by the meters' names: as numbers where all of them are numbers, else as text.
    package func sortedByMeter() -> [MeterHistory] {
        let numbers = compactMap { Int64($0.meter) }
        guard numbers.count == count else { return sorted { $0.meter < $1.meter } }
        return zip(numbers, self)
            .sorted { ($0.0, $0.1.meter) < ($1.0, $1.1.meter) }
            .map(\.1)
    }
}

extension MeterHistory {
    /// One history per channel, for files in which each value column is a meter of its own.
    ///
    /// Cells missing before a meter's first value, or after its last, are dropped: the meter was not there.
    /// Channels without any value are left out.
    func split(_ channels: [String]) -> [MeterHistory] {
        channels.indices.compactMap { channel in
            let name = meter.isEmpty ? channels[channel] : "\(meter)/\(channels[channel])"
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
