/// One channel of a window, standardised and indexed backwards: 0 is the newest slot, 1 the previous one.
struct ChannelWindow {
    private let slots: UnsafeBufferPointer<Double>
    private let blocks: BlockView?

    /// A view of slots, the oldest first, and of the summaries of their blocks, if there are any.
    init(_ slots: UnsafeBufferPointer<Double>, blocks: BlockView? = nil) {
        self.slots = slots
        self.blocks = blocks
    }

    /// The number of slots.
    var count: Int { slots.count }

    /// The value of a slot, counted back from the newest; NaN if missing.
    @inline(__always)
    subscript(back: Int) -> Double { slots[slots.count - 1 - back] }

    /// Visits slots from one back to another, in steps of whole blocks where possible.
    ///
    /// - Parameters:
    ///   - slot: receives each slot that is not visited as part of a block, counted back from the newest.
    ///   - block: receives the position of each whole block.
    @inline(__always)
    private func walk(_ range: Range<Int>, slot: (Int) -> Void, block: (BlockView, Int) -> Void) {
        guard let blocks else {
            for back in range { slot(back) }
            return
        }
        var back = range.lowerBound
        while back < range.upperBound {
            if back + SlotBlocks.length <= range.upperBound, let position = blocks.position(endingAt: back) {
                block(blocks, position)
                back += SlotBlocks.length
            } else {
                slot(back)
                back += 1
            }
        }
    }

    /// Summarises the latest slots, for each of several lengths. Missing values are ignored; the summary of
    /// no values is NaN.
    ///
    /// As long as the lengths ascend, each slot is visited once. A day of few slots may be shorter than the
    /// previous length; then the walk starts again.
    func summarise(_ scales: [Int], _ body: (Int, StretchSummary) -> Void) {
        var summary = StretchSummary()
        var walked = 0
        for (index, scale) in scales.enumerated() {
            if scale < walked {
                summary = StretchSummary()
                walked = 0
            }
            walk(walked..<max(walked, min(scale, count))) { back in
                let value = self[back]
                if value.isFinite { summary.add(value) }
            } block: { blocks, position in
                summary.add(blocks.summaries[position].stretch)
            }
            walked = max(walked, min(scale, count))
            body(index, summary)
        }
    }

    /// The number of slots for which the value has not changed, up to a limit; a missing slot ends the run.
    func run(limit: Int) -> Int {
        var run = 0
        // A comparison with NaN is false and so ends the run.
        while run < limit, run + 1 < count, abs(self[run] - self[run + 1]) < 1e-9 { run += 1 }
        return run
    }

    /// The share of the latest slots that are missing.
    ///
    /// - Parameter skipped: how many of them the clock skipped when it was put forward. They cannot have a
    ///   reading and are not missing.
    func missingShare(ofLast length: Int, without skipped: Int) -> Double {
        let length = min(length, count)
        var missing = 0
        walk(0..<length) { back in
            if self[back].isNaN { missing += 1 }
        } block: { blocks, position in
            missing += SlotBlocks.length - blocks.summaries[position].known
        }
        return Double(max(missing - skipped, 0)) / Double(max(length - skipped, 1))
    }

    /// The distance of the newest slots from the same slots of the most similar of the latest days: the mean
    /// absolute difference, in spreads, over the slots that both have. NaN if no day has any.
    ///
    /// What has happened before at this time of day is rarely an anomaly. The median over the days was tried
    /// instead of the minimum, and made distances worse.
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

    /// The share of the latest values that are less than the newest; equal values count half. NaN if the
    /// newest is missing.
    func rank(amongLast length: Int) -> Double {
        let newest = self[0]
        guard newest.isFinite else { return .nan }
        var below = 0.0
        var known = 0.0
        walk(0..<min(length, count)) { back in
            let value = self[back]
            guard !value.isNaN else { return }
            known += 1
            below += value < newest ? 1 : value == newest ? 0.5 : 0
        } block: { blocks, position in
            known += Double(blocks.summaries[position].known)
            below += blocks.rank(of: newest, in: position)
        }
        return below / known
    }

    /// The distances of the latest day from the typical values of its own day of the week, and from those of
    /// the day of the week that it resembles most: mean absolute differences over the slots that have a
    /// value, NaN if none has.
    ///
    /// A holiday is far from its own day of the week and near a Sunday. An anomaly is far from all days.
    ///
    /// - Parameter direction: -1 if higher indices are earlier slots, 1 if they are later ones.
    func likenessToDays(
        _ calendar: CalendarProfile,
        around week: WeekPosition,
        towards direction: Int = -1
    ) -> (own: Double, best: Double) {
        let day = calendar.slotsPerDay
        var distances = SIMD8<Double>.zero
        var known = 0.0
        walk(0..<min(day, count)) { back in
            let value = self[back]
            guard value.isFinite else { return }
            distances += calendar.distances(from: value, at: week[direction * back])
            known += 1
        } block: { blocks, position in
            distances += blocks.summaries[position].distances
            known += blocks.summaries[position].stretch.count
        }
        let best = (0..<7).reduce(.infinity) { min($0, distances[$1]) }
        return known > 0 ? (distances[7] / known, best / known) : (.nan, .nan)
    }
}

extension ChannelWindow {
    /// The mean difference of the next slots of a reversed window from their typical values, in spreads and
    /// with its sign. NaN if all are missing.
    func meanDeviation(from calendar: CalendarProfile, around week: WeekPosition, slots: Int) -> Double {
        var sum = 0.0
        var known = 0.0
        for ahead in 1..<max(min(slots + 1, count), 1) where self[ahead].isFinite {
            let slot = week[ahead]
            sum += (self[ahead] - calendar.typical[slot]) / calendar.spread[slot % calendar.slotsPerDay]
            known += 1
        }
        return sum / known
    }
}

/// Count, mean, deviation and range of values.
///
/// Differences from the first value are summed. This avoids cancellation at levels far from zero, and gives
/// constant values a deviation of exactly 0.
struct StretchSummary: Sendable {
    /// The number of values.
    private(set) var count = 0.0
    private var origin = 0.0
    private var sum = 0.0
    private var squares = 0.0
    private var least = Double.infinity
    private var greatest = -Double.infinity

    /// Adds a value.
    mutating func add(_ value: Double) {
        if count == 0 { origin = value }
        let offset = value - origin
        count += 1
        sum += offset
        squares += offset * offset
        least = min(least, value)
        greatest = max(greatest, value)
    }

    /// Adds all values of another summary.
    mutating func add(_ other: StretchSummary) {
        guard count > 0, other.count > 0 else {
            if count == 0 { self = other }
            return
        }
        let shift = other.origin - origin
        count += other.count
        sum += other.sum + other.count * shift
        squares += other.squares + shift * (2 * other.sum + other.count * shift)
        least = min(least, other.least)
        greatest = max(greatest, other.greatest)
    }

    var mean: Double { count > 0 ? origin + sum / count : .nan }

    var deviation: Double {
        guard count > 0 else { return .nan }
        let average = sum / count
        return max(squares / count - average * average, 0).squareRoot()
    }

    var range: Double { count > 0 ? greatest - least : .nan }
}
