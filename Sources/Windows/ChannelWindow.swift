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

    /// How far the newest value lies from the nearest one at the same time of the last so many days; NaN where
    /// there is none. What has happened at this hour before is rarely trouble.
    func nearestAtSameTime(slotsPerDay: Int, days: Int) -> Double {
        var nearest = Double.infinity
        var back = slotsPerDay
        while back <= days * slotsPerDay, back < count {
            let distance = abs(self[0] - self[back])
            // NaN compares false and so is passed over.
            if distance < nearest { nearest = distance }
            back += slotsPerDay
        }
        return nearest.isFinite ? nearest : .nan
    }

    /// How far the last day lies from what the calendar says, and from the day of the week it resembles
    /// most: mean absolute differences over the slots that hold a value, NaN where none does.
    ///
    /// A holiday lies far from its own day of the week and near a Sunday; trouble lies far from all.
    func likenessToDays(_ calendar: CalendarProfile, slotOfWeek: Int) -> (own: Double, best: Double) {
        let day = calendar.slotsPerDay
        let week = 7 * day
        var own = 0.0
        var known = 0.0
        var distances = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        return withUnsafeMutableBytes(of: &distances) { bytes in
            let distances = bytes.assumingMemoryBound(to: Double.self)
            for back in 0..<min(day, count) where self[back].isFinite {
                let value = self[back]
                let slot = (slotOfWeek - back + week) % week
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
