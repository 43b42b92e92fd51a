// Columns of plain arrays rather than an array of readings: the windows walk the values in order, and a
// reading as a struct would hide its values behind one more array.

/// All readings of one meter in time order, one per timestamp.
public struct MeterHistory: Sendable {
    /// The meter's name.
    public let meter: String

    /// How many channels each reading has.
    public let channelCount: Int

    /// When the readings were taken; strictly ascending.
    public private(set) var times: [Timestamp]

    /// `count` × ``channelCount`` values, one reading after the other; NaN is a missing value.
    public private(set) var values: [Double]

    /// One per reading; nil is unlabelled.
    public private(set) var labels: [Label?]

    /// A history with no readings yet.
    ///
    /// - Precondition: `channelCount` is at least 1.
    public init(meter: String, channelCount: Int) {
        self.init(meter: meter, channelCount: channelCount, times: [], values: [], labels: [])
    }

    /// A history from columns that are already in order.
    package init(meter: String, channelCount: Int, times: [Timestamp], values: [Double], labels: [Label?]) {
        precondition(channelCount >= 1, "a meter has at least one channel")
        precondition(values.count == times.count * channelCount, "values must be readings x channels")
        precondition(labels.count == times.count, "one label per reading, nil for none")
        self.meter = meter
        self.channelCount = channelCount
        self.times = times
        self.values = values
        self.labels = labels
    }

    /// How many readings there are.
    public var count: Int { times.count }

    /// The first reading that is not before a time; ``count`` where all are.
    public func firstReading(since time: Timestamp) -> Int {
        times.firstIndex { $0 >= time } ?? count
    }

    /// What is not before a time.
    public func since(_ time: Timestamp) -> MeterHistory {
        let first = firstReading(since: time)
        return MeterHistory(
            meter: meter,
            channelCount: channelCount,
            times: Array(times[first...]),
            values: Array(values[(first * channelCount)...]),
            labels: Array(labels[first...])
        )
    }

    /// Adds a reading at the end.
    ///
    /// - Precondition: `time` is later than the last reading's, and `values` has ``channelCount`` elements.
    public mutating func append(time: Timestamp, values: some Collection<Double>, label: Label? = nil) {
        precondition(times.last.map { $0 < time } ?? true, "a reading must be later than the last one")
        precondition(values.count == channelCount, "a reading has one value per channel")
        times.append(time)
        self.values.append(contentsOf: values)
        labels.append(label)
    }
}
