internal import Statistics

extension MeterHistory {
    /// The values of one reading, one a channel.
    public func values(at index: Int) -> [Double] {
        Array(values[index * channelCount..<(index + 1) * channelCount])
    }

    /// The readings from one time to before another, in milliseconds since 1970.
    public func readings(from start: Int64, before end: Int64) -> [(time: Int64, values: [Double])] {
        let first = times.partitionPoint { $0.milliseconds >= start }
        return (first..<count).lazy.prefix { times[$0].milliseconds < end }
            .map { (time: times[$0].milliseconds, values: values(at: $0)) }
    }

    /// The readings before a time.
    public func prefix(before time: Timestamp) -> MeterHistory { slice(0..<firstReading(since: time)) }

    private func slice(_ range: Range<Int>) -> MeterHistory {
        MeterHistory(
            meter: meter,
            channelCount: channelCount,
            times: Array(times[range]),
            values: Array(values[range.lowerBound * channelCount..<range.upperBound * channelCount]),
            labels: Array(labels[range])
        )
    }
}
