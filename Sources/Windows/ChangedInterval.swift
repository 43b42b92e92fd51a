internal import Readings

/// Puts the readings of a meter on its grid while it reports at another interval than the grid's.
///
/// - More often: a slot has the mean of its readings, and is there when the last of them has come. So four
///   readings of a quarter of an hour are judged as one of an hour is, and those before the fourth with the
///   slot before.
/// - Less often: a slot has the reading, and the slots before it are filled (``ShortGap``).
/// - What was used in an interval, as kWh, is a quarter of it in a quarter of the time. Such a channel is
///   recognised by its level beside the typical one, and is scaled to the grid's interval.
///
/// It depends on no reading before ``RecentSteps/reach(_:)``, so that a stream restored from the disk is the
/// same.
struct ChangedInterval: Sendable {
    /// A reading on the grid.
    struct Reading: Sendable {
        let slot: Int64
        /// One for each channel; NaN if missing.
        let values: [Double]
    }

    /// By how many slots the newest reading may go back when its slot is found to be another.
    static let mostSlotsBack = 2

    private let profile: MeterProfile
    private let stateChannels: [Int]
    /// Those of them that say how rare a change is.
    private let changeChannels: [Int]
    private var steps: RecentSteps
    /// The latest readings' values, as many for each of the steps' times as there are channels.
    private var values: [Double] = []
    /// The interval at which the meter reports lately, in milliseconds; nil if it is the grid's.
    private(set) var interval: Int64?
    /// The slots of readings that come more often than the grid's, and the latest that is whole; nil if they
    /// do not.
    private var finer: (slots: FinerSlots, whole: Reading)?

    init(_ profile: MeterProfile, _ layout: FeatureLayout) {
        self.profile = profile
        stateChannels = layout.stateChannels.map(\.number)
        changeChannels = layout.stateChannels.filter { !$0.isWord }.map(\.number)
        steps = RecentSteps(profile.cadence)
    }

    /// How many bytes the readings take.
    var heldBytes: Int { steps.times.heldBytes + values.heldBytes }

    /// Takes the next reading.
    ///
    /// - Returns: the reading as it is on the grid, after the latest slots once more if only now it is known
    ///   what they are; empty if it is on the grid as it came, as nearly all are.
    mutating func onGrid(_ values: [Double], at time: Timestamp) -> [Reading] {
        let last = steps.times.last
        self.values.append(contentsOf: values)
        self.values.removeFirst(steps.append(time) * values.count)
        let before = (interval: interval, slots: finer?.slots)
        interval = steps.otherInterval
        guard let step = interval, step < profile.cadence.interval else {
            finer = nil
            if before.interval == interval { return interval == nil ? [] : [placed(steps.times.count - 1)] }
            let step = interval ?? profile.cadence.interval
            let first = steps.times.indices.first { steps.isStep($0, of: step) } ?? steps.times.count - 1
            return (first..<steps.times.count).map(placed)
        }
        // Only a whole slot says anything new.
        if before.interval == step, let finer, let last, !isNewSlot(time, after: last, step) {
            return [finer.whole]
        }
        let grid = stamps(at: step)
        let newest = whole(grid.latest(time), grid)
        finer = (grid, newest)
        return before.interval == step && before.slots == grid ? [newest] : slots(of: grid) + [newest]
    }

    /// Whether a reading completes a slot, by either kind of stamps.
    private func isNewSlot(_ time: Timestamp, after last: Timestamp, _ interval: Int64) -> Bool {
        [false, true].contains { areStarts in
            let slots = FinerSlots(interval, profile.cadence, areStarts: areStarts)
            return slots.latest(time) != slots.latest(last)
        }
    }

    /// The latest slots but the newest, ascending. Those before the change are among them: the first readings
    /// after it were put into their place.
    private func slots(of grid: FinerSlots) -> [Reading] {
        let latest = grid.latest(steps.times.last)
        let before = usual.map { profile.cadence.slot(of: steps.times[$0]) }
        let after = unusual.map { grid.slot(of: steps.times[$0]) }
        return Set(before + after).filter { $0 < latest }.sorted().map { whole($0, grid) }
    }

    /// The latest readings that came at the grid's interval, and those that did not.
    private var usual: [Int] {
        steps.times.indices.filter { steps.isStep($0, of: profile.cadence.interval) }
    }
    private var unusual: [Int] {
        steps.times.indices.dropFirst().filter { !steps.isStep($0, of: profile.cadence.interval) }
    }

    /// A reading that came no more often than the grid's, on the grid.
    private func placed(_ index: Int) -> Reading {
        let values = profile.channels.indices.map { channel in
            guard let interval, !stateChannels.contains(channel) else { return value(index, channel) }
            return value(index, channel) * factor(channel, interval)
        }
        return Reading(slot: profile.cadence.slot(of: steps.times[index]), values: values)
    }

    /// A slot of several readings: of a state the last word, and the rarest change. Without such readings,
    /// that of the grid's interval.
    private func whole(_ slot: Int64, _ finer: FinerSlots) -> Reading {
        let own = unusual.filter { finer.slot(of: steps.times[$0]) == slot }
        if own.isEmpty, let one = usual.last(where: { profile.cadence.slot(of: steps.times[$0]) == slot }) {
            return Reading(slot: slot, values: profile.channels.indices.map { value(one, $0) })
        }
        let values = profile.channels.indices.map { channel in
            if changeChannels.contains(channel) {
                return own.map { value($0, channel) }.filter(\.isFinite).max() ?? .nan
            }
            guard !stateChannels.contains(channel) else {
                return own.last.map { value($0, channel) } ?? .nan
            }
            return mean(channel, own) * factor(channel, finer.interval)
        }
        return Reading(slot: slot, values: values)
    }

    /// The mean of a channel in some readings; NaN if all are missing.
    private func mean(_ channel: Int, _ readings: [Int]) -> Double {
        let known = readings.map { value($0, channel) }.filter(\.isFinite)
        return known.reduce(0, +) / Double(known.count)
    }

    /// The slots of finer readings, by whichever of their stamps brings the latest ones nearer to what is
    /// typical: that of the interval's end, as most meters have, or of its start.
    private func stamps(at interval: Int64) -> FinerSlots {
        let (ends, starts) = (
            FinerSlots(interval, profile.cadence, areStarts: false),
            FinerSlots(interval, profile.cadence, areStarts: true)
        )
        return distance(starts) < FinerSlots.nearer * distance(ends) ? starts : ends
    }

    /// How far the latest whole slots are from what is typical of them, on average.
    private func distance(_ finer: FinerSlots) -> Double {
        var (sum, count) = (0.0, 0.0)
        let latest = finer.latest(steps.times.last)
        let bySlot = Dictionary(grouping: unusual) { finer.slot(of: steps.times[$0]) }
        for channel in profile.channels.indices where !stateChannels.contains(channel) {
            let factor = factor(channel, finer.interval)
            // In order of the slots: the last bits of a sum depend on it.
            for (slot, own) in bySlot.sorted(by: { $0.key < $1.key })
            where slot <= latest && own.count * 2 > finer.count {
                let typical = profile.typical(channel, inSlot: slot)
                let distance = abs(mean(channel, own) * factor - typical) / profile.channels[channel].scale
                guard distance.isFinite else { continue }
                (sum, count) = (sum + distance, count + 1)
            }
        }
        return count > 0 ? sum / count : .infinity
    }

    /// What a channel's values are multiplied with: the ratio of the intervals if it holds what was used in
    /// each, else 1. Of the two, that which brings the latest values nearer to their typical level.
    private func factor(_ channel: Int, _ interval: Int64) -> Double {
        var (level, typical) = (0.0, 0.0)
        for index in steps.times.indices where steps.isStep(index, of: interval) {
            let value = value(index, channel)
            guard value.isFinite else { continue }
            level += value
            typical += profile.typical(channel, inSlot: profile.cadence.slot(of: steps.times[index]))
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
    /// A channel's typical value in a slot, in its own unit.
    fileprivate func typical(_ channel: Int, inSlot slot: Int64) -> Double {
        let channel = channels[channel]
        guard let calendar = channel.calendar else { return channel.median }
        let position = cadence.slotOfWeek(slot, slotsPerDay: calendar.slotsPerDay)
        return channel.median + channel.scale * calendar.typical[position]
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
