/// One channel of a window, standardised: index 0 is the newest slot, 1 the one before.
struct ChannelWindow {
    private let slots: UnsafeBufferPointer<Double>

    /// A view on slots, the oldest first.
    init(_ slots: UnsafeBufferPointer<Double>) {
        self.slots = slots
    }

    /// How many slots there are.
    var count: Int { slots.count }

    /// The value some slots back; NaN where missing.
    @inline(__always)
    subscript(back: Int) -> Double { slots[slots.count - 1 - back] }

    /// Mean, deviation and range over the last so many slots, for each of several scales, in one walk back from
    /// the newest slot where they ascend, begun anew where they do not: a day of few slots is shorter than the
    /// scale before it. What is missing is left out, and NaN says that nothing was there.
    func summarise(_ scales: [Int], _ body: (Int, StretchSummary) -> Void) {
        var summary = StretchSummary()
        var walked = 0
        for (index, scale) in scales.enumerated() {
            if scale < walked {
                summary = StretchSummary()
                walked = 0
            }
            for back in walked..<min(scale, count) {
                let value = self[back]
                if value.isFinite { summary.add(value) }
            }
            walked = max(walked, min(scale, count))
            body(index, summary)
        }
    }

    /// For how many slots the value has not changed, up to a limit; a missing slot ends it.
    func run(limit: Int) -> Int {
        var run = 0
        // NaN compares false and so ends the run.
        while run < limit, run + 1 < count, abs(self[run] - self[run + 1]) < 1e-9 { run += 1 }
        return run
    }

    /// The share of the last so many slots that hold no value.
    func missingShare(ofLast length: Int) -> Double {
        let length = min(length, count)
        return Double((0..<length).count { self[$0].isNaN }) / Double(length)
    }

    /// How far the newest slots lie from the nearest day, of the last so many, at the same time: the mean over
    /// the slots that can be compared of their difference in spreads; NaN where no day has one.
    ///
    /// What has happened at this hour before is rarely trouble. Of all days the nearest: their median was tried
    /// first, and made distances worse.
    func nearestAtSameTime(_ calendar: CalendarProfile, slotOfWeek: Int, slots: Int, days: Int) -> Double {
        let day = calendar.slotsPerDay
        var nearest = Double.infinity
        for back in stride(from: day, through: days * day, by: day) {
            var sum = 0.0
            var known = 0.0
            for slot in 0..<slots where back + slot < count {
                let difference = abs(self[slot] - self[back + slot])
                guard difference.isFinite else { continue }
                sum += difference / calendar.spread[(slotOfWeek - slot + day) % day]
                known += 1
            }
            if known > 0 { nearest = min(nearest, sum / known) }
        }
        return nearest.isFinite ? nearest : .nan
    }

    /// The share of the last so many values that are less than the newest, equals counting half; NaN where the
    /// newest is missing.
    func rank(amongLast length: Int) -> Double {
        let newest = self[0]
        guard newest.isFinite else { return .nan }
        var below = 0.0
        var known = 0.0
        for back in 0..<min(length, count) {
            let value = self[back]
            if value.isNaN { continue }
            known += 1
            below += value < newest ? 1 : value == newest ? 0.5 : 0
        }
        return below / known
    }

    /// How far the last day lies from what the calendar says, and from the day of the week it resembles
    /// most: mean absolute differences over the slots that hold a value, NaN where none does.
    ///
    /// A holiday lies far from its own day of the week and near a Sunday; trouble lies far from all.
    ///
    /// - Parameter direction: -1 where higher indices are earlier slots, 1 where they are later ones.
    func likenessToDays(
        _ calendar: CalendarProfile,
        slotOfWeek: Int,
        towards direction: Int = -1
    ) -> (own: Double, best: Double) {
        let day = calendar.slotsPerDay
        let week = 7 * day
        var own = 0.0
        var known = 0.0
        var distances = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        return withUnsafeMutableBytes(of: &distances) { bytes in
            let distances = bytes.assumingMemoryBound(to: Double.self)
            for back in 0..<min(day, count) where self[back].isFinite {
                let value = self[back]
                let slot = (slotOfWeek + direction * back + week) % week
                own += abs(value - calendar.usual[slot])
                let slotOfDay = slot % day
                for weekday in 0..<7 {
                    distances[weekday] += abs(value - calendar.usual[weekday * day + slotOfDay])
                }
                known += 1
            }
            let best = distances.min() ?? .nan
            return known > 0 ? (own / known, best / known) : (.nan, .nan)
        }
    }
}
