// A slow and simple computation of the window features to compare with: every feature by its definition, from
// the list of all readings, with no state kept between windows.

internal import Foundation
public import Readings
public import Windows

/// Computes a window's features from their definitions.
public struct NaiveFeatures {
    let profile: MeterProfile
    let layout: FeatureLayout

    /// Computes the features of one meter's windows.
    public init(_ profile: MeterProfile, layout: FeatureLayout) {
        self.profile = profile
        self.layout = layout
    }

    /// The features of the window that ends at a reading, by name; unknown ones are NaN.
    ///
    /// - Parameter known: the last reading that fills gaps; nil for the one at which the window ends.
    public func features(
        of history: MeterHistory,
        at last: Int,
        knowing known: Int? = nil
    ) -> [(name: String, value: Double)] {
        let now = profile.cadence.slot(of: history.times[last])
        return (0..<layout.channelCount).flatMap { channel in
            let slots = slots(of: channel, in: history, upTo: layout.fillsGaps ? known ?? last : last)
            let own = profile.channels[channel]
            return NaiveChannel(slots: slots, now: now, profile: own, cadence: profile.cadence)
                .features(hasCalendar: layout.hasCalendar)
                .map { ("\(channel)/\($0.0)", $0.1.isFinite ? $0.1 : .nan) }
        }
    }
}

extension NaiveFeatures {
    /// A channel's standardised values by slot, with short gaps filled if the layout asks for it.
    public func slots(of channel: Int, in history: MeterHistory, upTo last: Int) -> [Int64: Double] {
        let own = profile.channels[channel]
        func value(_ index: Int) -> Double {
            (history.values[index * history.channelCount + channel] - own.median) / own.scale
        }
        let cadence = profile.cadence
        guard layout.fillsGaps else {
            return history.readings(inSlotsOf: cadence, upTo: last).mapValues(value)
        }
        var slots: [Int64: Double] = [:]
        var newest = Int64.min
        for index in 0...last {
            let slot = cadence.slot(of: history.times[index])
            if slot < newest { slots = slots.filter { $0.key < slot } }
            newest = slot
            slots[slot] = value(index)
            fill(&slots, endingAt: slot, own)
        }
        return slots
    }

    /// Fills the slots between a value and the one before it, if they are at most six.
    private func fill(_ slots: inout [Int64: Double], endingAt slot: Int64, _ profile: ChannelProfile) {
        func known(_ slot: Int64) -> Double? { slots[slot].flatMap { $0.isNaN ? nil : $0 } }
        guard let after = known(slot),
            let back = (1...7).first(where: { known(slot - Int64($0)) != nil }),
            let before = known(slot - Int64(back))
        else { return }
        for step in 1..<max(back, 1) {
            let share = Double(step) / Double(back)
            slots[slot - Int64(back - step)] = before + share * (after - before)
        }
    }
}

extension MeterHistory {
    /// The last reading of each slot, up to a reading. One in an earlier slot than the one before, as its
    /// clock was put back, takes the place of all from its slot on.
    public func readings(inSlotsOf cadence: Cadence, upTo last: Int) -> [Int64: Int] {
        var slots: [Int64: Int] = [:]
        var newest = Int64.min
        for index in 0...last {
            let slot = cadence.slot(of: times[index])
            if slot < newest { slots = slots.filter { $0.key < slot } }
            slots[slot] = index
            newest = slot
        }
        return slots
    }
}

extension Cadence {
    /// Whether the clock was put forward past a slot.
    public func isSkipped(_ slot: Int64) -> Bool {
        guard slotsPerDay != nil else { return false }
        if case .none = clock.moments(ofLocal: slot * interval + phase) { return true }
        return false
    }
}

/// One channel of a window, with its standardised slots by number.
private struct NaiveChannel {
    let slots: [Int64: Double]
    let now: Int64
    let profile: ChannelProfile
    let cadence: Cadence

    /// The value some slots back.
    private func x(_ back: Int) -> Double { slots[now - Int64(back)] ?? .nan }

    private func known(_ length: Int) -> [Double] { (0..<length).map(x).filter(\.isFinite) }

    /// A day in slots, or 30 if the grid has no day.
    private var day: Int { cadence.slotsPerDay ?? 30 }

    func features(hasCalendar: Bool) -> [(String, Double)] {
        let lengths: [(String, Int)] =
            [("3", 3), ("6", 6), ("12", 12)]
            + (hasCalendar ? [("day", day), ("week", 7 * day)] : [("long", day)])
        var features: [(String, Double)] = [1, 2, 3, 6, 12].map { lag in
            ("change-\(lag)", compressed((x(0) - x(lag)) / profile.changeScale))
        }
        features += lengths.map { ("mean-\($0)", compressed(mean(known($1)))) }
        features += lengths.map { ("spread-\($0)", log(deviation(known($1)) + 0.01)) }
        if hasCalendar {
            let share = (range(known(day)) + 0.05) / (range(known(7 * day)) + 0.05)
            features.append(("range-day-of-week", log(share)))
        }
        features.append(("run", log(1 + Double(run))))
        features += rarity
        let skipped = (0..<day).count { cadence.isSkipped(now - Int64($0)) }
        let missing = (0..<day).count { x($0).isNaN } - skipped
        features.append(("missing", Double(max(missing, 0)) / Double(day - skipped)))
        return features + (hasCalendar ? calendar : [])
    }

    private var run: Int {
        var run = 0
        while run < 200, abs(x(run) - x(run + 1)) < 1e-9 { run += 1 }
        return run
    }

    private var rarity: [(String, Double)] {
        var u = Double.nan
        if x(0).isFinite {
            let below = profile.quantiles.count { $0 < x(0) }
            let upTo = profile.quantiles.count { $0 <= x(0) }
            u = (Double(below + upTo) / 2 + 0.5) / Double(profile.quantiles.count + 1)
        }
        let change = abs(x(0) - x(1))
        var w = Double.nan
        if change.isFinite {
            let atLeast = profile.changeQuantiles.count { $0 >= change }
            w = (Double(atLeast) + 0.5) / Double(profile.changeQuantiles.count + 1)
        }
        let tail = u.isNaN ? .nan : -log(2 * (u < 0.5 ? u : 1 - u) + 1e-4)
        return [("quantile", 2 * u - 1), ("tail", tail), ("change-tail", -log(w + 1e-4))]
    }

    private var calendar: [(String, Double)] {
        let ranks = [("rank-week", rank(7 * day)), ("rank-day", rank(day))]
        let names = [
            "calendar-residual", "calendar-deviation", "day-as-usual", "day-as-any", "day-as-other",
            "nearest-same-time", "nearest-same-times",
        ]
        guard let calendar = profile.calendar else { return names.map { ($0, .nan) } + ranks }
        let residual = x(0) - calendar.typical[hour(0)]
        let own = likeness { calendar.typical[hour($0)] }
        let best = least(
            (0..<7).map { weekday in likeness { calendar.typical[weekday * day + hour($0) % day] } }
        )
        let values = [
            compressed(residual), compressed(residual / calendar.spread[hour(0) % day]),
            log(own + 0.05), log(best + 0.05), log((own + 0.05) / (best + 0.05)),
            compressed(nearest(1, calendar)), compressed(nearest(3, calendar)),
        ]
        return Array(zip(names, values)) + ranks
    }

    /// The distance of the last slots from the same slots of the most similar of the last 14 days, in
    /// spreads.
    private func nearest(_ slots: Int, _ calendar: CalendarProfile) -> Double {
        least(
            (1...14).map { days in
                mean(
                    (0..<slots).map { abs(x($0) - x($0 + days * day)) / calendar.spread[hour($0) % day] }
                        .filter(\.isFinite)
                )
            }
        )
    }

    /// The share of the last values that are less than the newest; equal values count half.
    private func rank(_ length: Int) -> Double {
        let newest = x(0)
        return newest.isNaN ? .nan : mean(known(length).map { $0 < newest ? 1 : $0 == newest ? 0.5 : 0 })
    }

    /// The slot of the week some slots back, counted from the first Monday of 1970.
    private func hour(_ back: Int) -> Int {
        let week: Int64 = 7 * 86_400_000
        let since = (now - Int64(back)) * cadence.interval - 4 * 86_400_000
        let position = ((since % week) + week) % week
        let days = (now - Int64(back)) * cadence.interval
        let isHoliday = cadence.holidays?.days.contains {
            $0 * 86_400_000 <= days && days < ($0 + 1) * 86_400_000
        }
        let sunday = 6 * 86_400_000 + position % 86_400_000
        return Int((isHoliday == true ? sunday : position) / cadence.interval)
    }

    /// The mean absolute difference of the last day from typical values.
    private func likeness(_ typical: (Int) -> Double) -> Double {
        mean((0..<day).filter { x($0).isFinite }.map { abs(x($0) - typical($0)) })
    }
}

private func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
}

/// The least known value.
private func least(_ values: [Double]) -> Double {
    values.filter { !$0.isNaN }.min() ?? .nan
}

private func deviation(_ values: [Double]) -> Double {
    let middle = mean(values)
    return mean(values.map { ($0 - middle) * ($0 - middle) }).squareRoot()
}

private func range(_ values: [Double]) -> Double {
    guard let least = values.min(), let greatest = values.max() else { return .nan }
    return greatest - least
}

/// sign(z) ln(1 + |z|), with z clipped at ±30.
private func compressed(_ z: Double) -> Double {
    if z.isNaN { return .nan }
    let size = log(1 + (abs(z) < 30 ? abs(z) : 30))
    return z < 0 ? -size : size
}
