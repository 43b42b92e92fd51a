/// The blocks of a channel, seen from one of its slots backwards; valid while ``SlotBlocks/withView(newest:endingAt:_:)``
/// runs.
struct BlockView {
    let summaries: UnsafeBufferPointer<BlockSummary>
    let sorted: UnsafeBufferPointer<Double>
    /// The window's newest slot.
    let newest: Int64
    /// The slot that is counted back from.
    let end: Int64

    /// Where the block is kept whose last slot lies so many slots back; nil where no block ends there, or one that is
    /// not done yet.
    @inline(__always)
    func place(endingAt back: Int) -> Int? {
        let slot = end - Int64(back)
        guard SlotBlocks.isLast(slot), slot < newest else { return nil }
        return SlotBlocks.place(of: slot, among: summaries.count)
    }

    /// How many of a block's values are less than one, equals counting half.
    func rank(of value: Double, in place: Int) -> Double {
        let start = place * SlotBlocks.length
        let known = UnsafeBufferPointer(rebasing: sorted[start..<start + summaries[place].known])
        // An hour seldom spans the day's range.
        guard let least = known.first, let greatest = known.last, least <= value else { return 0 }
        guard greatest >= value else { return Double(known.count) }
        return Double(known.partitionPoint { $0 >= value } + known.partitionPoint { $0 > value }) / 2
    }
}

extension UnsafeBufferPointer<Double> {
    /// How many values of an ascending row come before the first for which a condition holds.
    fileprivate func partitionPoint(_ holds: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
