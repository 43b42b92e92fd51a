/// One channel of a window, standardised: index 0 is the newest slot, 1 the one before.
struct ChannelWindow {
    private let slots: UnsafeBufferPointer<Double>
    private let blocks: BlockView?

    /// A view on slots, the oldest first, and on what blocks of them come to, where there are any.
    init(_ slots: UnsafeBufferPointer<Double>, blocks: BlockView? = nil) {
        self.slots = slots
        self.blocks = blocks
    }

    /// How many slots there are.
    var count: Int { slots.count }

    /// The value some slots back; NaN where missing.
    @inline(__always)
    subscript(back: Int) -> Double { slots[slots.count - 1 - back] }

    /// Walks from a slot back to another, in steps of whole blocks where it can.
    ///
    /// - Parameters:
    ///   - slot: gets how far back each slot lies that is no part of such a step.
    ///   - block: gets where each whole block is kept.
    @inline(__always)
    private func walk(_ range: Range<Int>, slot: (Int) -> Void, block: (BlockView, Int) -> Void) {
        guard let blocks else {
            for back in range { slot(back) }
            return
        }
        var back = range.lowerBound
        while back < range.upperBound {
            if back + SlotBlocks.length <= range.upperBound, let place = blocks.place(endingAt: back) {
                block(blocks, place)
                back += SlotBlocks.length
            } else {
                slot(back)
                back += 1
            }
        }
    }

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
            walk(walked..<max(walked, min(scale, count))) { back in
                let value = self[back]
                if value.isFinite { summary.add(value) }
            } block: { blocks, place in
                summary.add(blocks.summaries[place].stretch)
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
        var missing = 0
        walk(0..<length) { back in
            if self[back].isNaN { missing += 1 }
        } block: { blocks, place in
            missing += SlotBlocks.length - blocks.summaries[place].known
        }
        return Double(missing) / Double(length)
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
        walk(0..<min(length, count)) { back in
            let value = self[back]
            guard !value.isNaN else { return }
            known += 1
            below += value < newest ? 1 : value == newest ? 0.5 : 0
        } block: { blocks, place in
            known += Double(blocks.summaries[place].known)
            below += blocks.rank(of: newest, in: place)
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
        var distances = SIMD8<Double>.zero
        var known = 0.0
        walk(0..<min(day, count)) { back in
            let value = self[back]
            guard value.isFinite else { return }
            distances += calendar.distances(from: value, at: (slotOfWeek + direction * back + week) % week)
            known += 1
        } block: { blocks, place in
            distances += blocks.summaries[place].distances
            known += blocks.summaries[place].stretch.count
        }
        let best = (0..<7).reduce(.infinity) { min($0, distances[$1]) }
        return known > 0 ? (distances[7] / known, best / known) : (.nan, .nan)
    }
}
