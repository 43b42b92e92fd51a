// A meter's history as columns, not as an array of readings: windows are computed by walking the values in
// order, and each reading as a struct would hold an array of its own.

internal import Statistics

/// What a person or a data set says about a reading.
public enum Label: Hashable, Sendable {
    /// Nothing was wrong.
    case normal

    /// Something was wrong, with its kind (`spike`, `theft`, …) if one was given.
    case anomalous(kind: Name?)

    /// The most bytes of a kind.
    public static let kindBytes = 64

    /// Whether something was wrong.
    public var isAnomalous: Bool { self != .normal }

    /// What was wrong, if that was given.
    public var kind: Name? {
        if case .anomalous(let kind) = self { kind } else { nil }
    }
}

/// All readings of one meter in time order, one per timestamp.
public struct MeterHistory: Sendable {
    /// The meter's name.
    public let meter: Name

    /// How many channels each reading has.
    public let channelCount: Int

    /// The clock of the place where the meter is: its days and weeks are the meter's.
    public var clock: LocalClock

    /// When the readings were taken; strictly ascending.
    public private(set) var times: [Timestamp]

    /// `count` × ``channelCount`` values, one reading after the other; NaN is a missing value.
    public private(set) var values: [Double]

    /// One per reading; nil if it is unlabelled.
    public private(set) var labels: [Label?]

    /// The holidays that are judged as Sundays; nil if none are.
    public var holidays: Holidays?

    /// Whether only readings that are labelled normal are normal; else unlabelled ones are, too.
    public var hasGivenNormals = false

    /// A history with no readings yet.
    ///
    /// - Precondition: `channelCount` is at least 1.
    public init(meter: Name, channelCount: Int, clock: LocalClock = .utc) {
        self.init(meter: meter, channelCount: channelCount, times: [], values: [], labels: [], clock: clock)
    }

    /// A history from columns that are already in order of time.
    ///
    /// - Precondition: `values` holds `channelCount` values per time, and `labels` one label or nil per time.
    public init(
        meter: Name,
        channelCount: Int,
        times: [Timestamp],
        values: [Double],
        labels: [Label?],
        clock: LocalClock = .utc
    ) {
        precondition(channelCount >= 1, "a meter has at least one channel")
        precondition(values.count == times.count * channelCount, "values must be readings x channels")
        precondition(labels.count == times.count, "one label per reading, nil for none")
        self.meter = meter
        self.channelCount = channelCount
        self.clock = clock
        self.times = times
        self.values = values
        self.labels = labels
    }

    /// How many readings there are.
    public var count: Int { times.count }

    /// The index of the first reading that is not before a time; ``count`` if all are.
    public func firstReading(since time: Timestamp) -> Int {
        times.partitionPoint { $0 >= time }
    }

    /// The usual time from one reading to the next, in milliseconds: the median. Nil for fewer than two.
    public var usualStep: Int64? {
        let steps = zip(times.dropFirst(), times).map { $0.milliseconds - $1.milliseconds }.sorted()
        return steps.isEmpty ? nil : steps[steps.count / 2]
    }

    /// Whether any channel has a value in a reading.
    public func hasValue(at index: Int) -> Bool {
        values[index * channelCount..<(index + 1) * channelCount].contains { !$0.isNaN }
    }

    /// How many readings have a value.
    public var readingsWithValue: Int { (0..<count).count(where: hasValue) }

    /// The values of one reading, one per channel.
    public func values(at index: Int) -> [Double] {
        Array(values[index * channelCount..<(index + 1) * channelCount])
    }

    /// The readings from one time to before another, in milliseconds since 1970.
    public func readings(from start: Int64, before end: Int64) -> [(time: Int64, values: [Double])] {
        let first = times.partitionPoint { $0.milliseconds >= start }
        return (first..<count).lazy.prefix { times[$0].milliseconds < end }
            .map { (time: times[$0].milliseconds, values: values(at: $0)) }
    }

    /// The readings before a time, as a history of their own.
    public func prefix(before time: Timestamp) -> MeterHistory {
        self[0..<firstReading(since: time)]
    }

    /// The readings that are not before a time, as a history of their own.
    public func since(_ time: Timestamp) -> MeterHistory {
        self[firstReading(since: time)..<count]
    }

    /// Some of the readings, as a history of their own.
    public subscript(readings: Range<Int>) -> MeterHistory {
        var part = MeterHistory(
            meter: meter,
            channelCount: channelCount,
            times: Array(times[readings]),
            values: Array(values[readings.lowerBound * channelCount..<readings.upperBound * channelCount]),
            labels: Array(labels[readings]),
            clock: clock
        )
        part.hasGivenNormals = hasGivenNormals
        part.holidays = holidays
        return part
    }

    /// The same readings and labels with other channels.
    package func with(values: [Double], channelCount: Int) -> MeterHistory {
        var other = MeterHistory(
            meter: meter,
            channelCount: channelCount,
            times: times,
            values: values,
            labels: labels,
            clock: clock
        )
        other.hasGivenNormals = hasGivenNormals
        return other
    }

    /// Replaces the values of a channel, from the earliest to the latest.
    mutating func mapValues(of channel: Int, _ transform: (Double, Timestamp) -> Double) {
        for index in times.indices {
            let place = index * channelCount + channel
            values[place] = transform(values[place], times[index])
        }
    }

    /// Replaces the values of a channel by those of its readings' places.
    mutating func replaceValues(of channel: Int, _ value: (_ reading: Int) -> Double) {
        for index in times.indices { values[index * channelCount + channel] = value(index) }
    }

    /// Labels a reading.
    public mutating func setLabel(_ label: Label?, at index: Int) { labels[index] = label }

    /// Whether a reading is normal, as far as its label says.
    public func isNormal(at index: Int) -> Bool {
        labels[index].map { !$0.isAnomalous } ?? !hasGivenNormals
    }

    /// How many readings are normal, as far as their labels say.
    public var normalCount: Int { (0..<count).count(where: isNormal) }

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

extension [MeterHistory] {
    /// The histories sorted by their meters' names: as numbers if all names are numbers, else as names.
    public func sortedByMeter() -> [MeterHistory] {
        let numbers = compactMap { Int64($0.meter.text) }
        guard numbers.count == count else { return sorted { $0.meter < $1.meter } }
        return zip(numbers, self)
            .sorted { ($0.0, $0.1.meter) < ($1.0, $1.1.meter) }
            .map(\.1)
    }
}
