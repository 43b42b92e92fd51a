internal import Foundation
public import Readings
import Statistics

/// Makes small histories with the irregularities of real ones: gaps, missing stretches, stuck values, extreme
/// values, readings off the grid, two readings in one slot, and labelled incidents.
public struct HistoryRecipe: Sendable {
    /// The number of channels of a reading.
    public var channels = 1
    /// The number of slots. Gaps make the number of readings smaller, doubles make it larger.
    public var slots = 1000
    /// The milliseconds from one slot to the next.
    public var interval: Int64 = 3_600_000
    /// The first slot's time; 2016-01-01 is a Friday.
    public var start: Int64 = 1_451_606_400_000
    /// The meter's clock; the load follows UTC all the same.
    public var clock = LocalClock.utc
    /// The days that are Sundays to the meter's profile; the load knows nothing of them.
    public var holidays: Holidays?
    /// The largest offset of a reading from the grid, in intervals, up to 0.2.
    public var jitter = 0.0
    /// The probability that a gap begins at a slot.
    public var gaps = 0.0
    /// The longest gap, in slots.
    public var longestGap = 900
    /// The probability that a channel is missing from a slot on, for some slots.
    public var missing = 0.0
    /// The probability that a channel repeats its value from a slot on, for some slots.
    public var stuck = 0.0
    /// The probability of a second reading in a slot.
    public var doubles = 0.0
    /// The probability of an extreme value.
    public var wild = 0.0
    /// The extreme values. The largest has one sign only, because a sum of both signs would depend on its
    /// order.
    public var wildValues: [Double] = [1e3, -1e3, 1e6, -1e12, 1e200, 0]
    /// The probability that a labelled incident of a few slots begins. If above 0, all other readings are
    /// labelled normal.
    public var incidents = 0.0

    /// A recipe for a meter without irregularities; set the properties to add some.
    public init() {}

    /// A recipe with all irregularities.
    public static var rough: HistoryRecipe {
        var recipe = HistoryRecipe()
        recipe.jitter = 0.2
        recipe.gaps = 0.01
        recipe.missing = 0.02
        recipe.stuck = 0.02
        recipe.doubles = 0.03
        recipe.wild = 0.005
        return recipe
    }

    /// Puts the meter on the clock of a zone, and the last slot at the midnight in UTC that begins a day.
    public mutating func onClock(_ zone: String, until day: String) {
        guard let clock = LocalClock(identifier: zone), let end = Timestamp(day) else {
            preconditionFailure("\(zone) or \(day) is unknown")
        }
        self.clock = clock
        start = end.milliseconds - Int64(slots) * interval
    }

    /// The history of one meter. Equal seeds give equal histories.
    public func history(_ meter: Name = "m", seed: UInt64) -> MeterHistory {
        var random = SplitMix64(seed: seed)
        var history = MeterHistory(meter: meter, channelCount: channels, clock: clock)
        var states = (0..<channels).map { _ in ChannelState(level: .random(in: 1...50, using: &random)) }
        var incident = 0
        var slot = 0
        while slot < slots {
            if chance(gaps, &random) { slot += gap(&random) }
            if incident == 0, chance(incidents, &random) { incident = Int.random(in: 2...6, using: &random) }
            let time = start + Int64((Double(slot) + offset(&random)) * Double(interval))
            var label: Label?
            if incidents > 0 { label = incident > 0 ? .anomalous(kind: "spike") : .normal }
            let values = values(slot, &states, isWrong: incident > 0, &random)
            history.append(time: Timestamp(milliseconds: time), values: values, label: label)
            if chance(doubles, &random) {
                let later = Timestamp(milliseconds: time + max(interval / 20, 1))
                history.append(time: later, values: self.values(slot, &states, isWrong: false, &random))
            }
            incident = max(incident - 1, 0)
            slot += 1
        }
        return history
    }

    private struct ChannelState {
        let level: Double
        var missingSlots = 0
        var stuckSlots = 0
        var last = 0.0
    }

    /// The length of a gap in slots: mostly short, sometimes up to the longest.
    private func gap(_ random: inout SplitMix64) -> Int {
        .random(in: 1...(chance(0.1, &random) ? longestGap : min(longestGap, 10)), using: &random)
    }

    private func offset(_ random: inout SplitMix64) -> Double {
        jitter == 0 ? 0 : .random(in: -jitter...jitter, using: &random)
    }

    private func chance(_ share: Double, _ random: inout SplitMix64) -> Bool {
        share > 0 && Double.random(in: 0..<1, using: &random) < share
    }

    private func values(
        _ slot: Int,
        _ states: inout [ChannelState],
        isWrong: Bool,
        _ random: inout SplitMix64
    ) -> [Double] {
        states.indices.map { channel in
            var state = states[channel]
            defer { states[channel] = state }
            if chance(missing, &random) { state.missingSlots = Int.random(in: 1...30, using: &random) }
            if chance(stuck, &random) { state.stuckSlots = Int.random(in: 2...250, using: &random) }
            state.missingSlots -= 1
            state.stuckSlots -= 1
            let noise = Double.random(in: -0.1...0.1, using: &random)
            if state.missingSlots >= 0 { return .nan }
            if chance(wild, &random) { return wildValues.randomElement(using: &random) ?? 0 }
            if state.stuckSlots < 0 { state.last = state.level * (load(slot) + noise) }
            return isWrong ? state.last * 4 : state.last
        }
    }

    /// The load at a slot: a daily cycle, halved on weekends.
    private func load(_ slot: Int) -> Double {
        let day = (Double(start) + Double(slot) * Double(interval)) / 86_400_000
        let weekend = Int(day - 4).quotientAndRemainder(dividingBy: 7).remainder >= 5
        return (1.5 + sin(2 * .pi * day)) * (weekend ? 0.5 : 1)
    }
}
