internal import Readings

/// Puts the readings of a meter on its grid while it reports at another interval than the grid's.
///
/// - More often: a slot has the mean of the latest interval of the grid, up to each reading. So four readings
///   of a quarter of an hour are judged as one of an hour is.
/// - Less often: a slot has the reading, and the slots before it are filled (``ShortGap``).
/// - What was used in an interval, as kWh, is a quarter of it in a quarter of the time. Such a channel is
///   recognised by its level beside the typical one, and is scaled to the grid's interval.
///
/// It depends on no reading before ``RecentSteps/reach(_:)``, so that a stream restored from the disk is the
/// same.
struct ChangedInterval: Sendable {
    /// A reading on the grid.
    struct Reading: Sendable {
        let time: Timestamp
        /// One for each channel; NaN if missing.
        let values: [Double]
    }

    private let profile: MeterProfile
    private let stateChannels: [Int]
    private var steps: RecentSteps
    /// The latest readings' values, as many for each of the steps' times as there are channels.
    private var values: [Double] = []
    /// The interval at which the meter reports lately, in milliseconds; nil if it is the grid's.
    private(set) var interval: Int64?

    init(_ profile: MeterProfile, _ layout: FeatureLayout) {
        self.profile = profile
        stateChannels = layout.stateChannels.map(\.number)
        steps = RecentSteps(profile.cadence)
    }

    /// How many bytes the readings take.
    var heldBytes: Int { steps.times.heldBytes + values.heldBytes }

    /// Takes the next reading.
    ///
    /// - Returns: the reading as it is on the grid, after the latest ones once more if only now it is known
    ///   that they came at this interval; empty if it is on the grid as it came, as nearly all are.
    mutating func onGrid(_ values: [Double], at time: Timestamp) -> [Reading] {
        self.values.append(contentsOf: values)
        self.values.removeFirst(steps.append(time) * values.count)
        let before = interval
        interval = steps.otherInterval
        if interval == before { return interval == nil ? [] : [placed(steps.times.count - 1)] }
        let step = interval ?? profile.cadence.interval
        let first = steps.times.indices.first { steps.isStep($0, of: step) } ?? steps.times.count - 1
        return (first..<steps.times.count).map(placed)
    }

    /// One of the latest readings on the grid.
    private func placed(_ index: Int) -> Reading {
        let time = steps.times[index]
        let values = profile.channels.indices.map { channel in
            guard let interval, !stateChannels.contains(channel) else { return value(index, channel) }
            let isFiner = interval < profile.cadence.interval
            let mean = isFiner ? mean(channel, upTo: index) : value(index, channel)
            return mean * factor(channel, interval)
        }
        return Reading(time: time, values: values)
    }

    /// The mean of a channel over the grid's interval that ends with a reading, without readings that were
    /// still taken at the grid's interval.
    private func mean(_ channel: Int, upTo last: Int) -> Double {
        let start = steps.times[last].milliseconds - profile.cadence.interval * 9 / 10
        let latest = (0...last).reversed()
            .prefix { steps.times[$0].milliseconds > start }
            .filter { $0 == last || !steps.isStep($0, of: profile.cadence.interval) }
            .map { value($0, channel) }
            .filter(\.isFinite)
        return latest.reduce(0, +) / Double(latest.count)
    }

    /// What a channel's values are multiplied with: the ratio of the intervals if it holds what was used in
    /// each, else 1. Of the two, that which brings the latest values nearer to their typical level.
    private func factor(_ channel: Int, _ interval: Int64) -> Double {
        var (level, typical) = (0.0, 0.0)
        for index in steps.times.indices where steps.isStep(index, of: interval) {
            let value = value(index, channel)
            guard value.isFinite else { continue }
            level += value
            typical += profile.typical(channel, at: steps.times[index])
        }
        let ratio = level / typical
        guard ratio > 0, ratio.isFinite else { return 1 }
        let factor = Double(profile.cadence.interval) / Double(interval)
        func distance(_ ratio: Double) -> Double { max(ratio, 1 / ratio) }
        return distance(ratio * factor) < distance(ratio) ? factor : 1
    }

    private func value(_ index: Int, _ channel: Int) -> Double {
        values[index * profile.channels.count + channel]
    }
}

extension MeterProfile {
    /// A channel's typical value at a time, in its own unit.
    fileprivate func typical(_ channel: Int, at time: Timestamp) -> Double {
        let channel = channels[channel]
        guard let calendar = channel.calendar else { return channel.median }
        let slot = cadence.slotOfWeek(cadence.slot(of: time), slotsPerDay: calendar.slotsPerDay)
        return channel.median + channel.scale * calendar.typical[slot]
    }
}

extension MeterHistory {
    /// Whether each reading came while the meter reported at the grid's interval. Only those say what is
    /// typical.
    func areAtInterval(of cadence: Cadence) -> [Bool] {
        var steps = RecentSteps(cadence)
        return times.map { time in
            _ = steps.append(time)
            return steps.otherInterval == nil
        }
    }
}
