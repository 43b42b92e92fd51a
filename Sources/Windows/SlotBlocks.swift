/// What the blocks of one channel's slots come to, so that a statistic over a day or a week of many slots need not walk
/// over each of them.
///
/// A block begins at a multiple of its length, on the meter's grid. Once the window has moved past it nothing in it
/// changes, so that what it comes to depends on its readings alone and not on when the server was started. Running sums
/// over the window would be shorter, and remember in their last bits all that has ever passed through them.
struct SlotBlocks: Sendable {
    /// Slots of a block. Of 10,080 slots, a week of minutes, 158 blocks and at most two unfinished ones are left to
    /// walk over; with twice the length it takes as long.
    static let length = 64
    /// Days of fewer slots are walked over: there is little to gain, and quarters of an hour keep the bits they had.
    private static let leastSlotsOfDay = 4 * length

    /// As many blocks as the window can touch, and round again.
    private var summaries: [BlockSummary]
    /// The values of each block in ascending order; what is missing stands behind them.
    private var sorted: [Double]

    /// Blocks over a window of so many slots, all of them empty.
    init(reach: Int) {
        let count = reach / Self.length + 2
        summaries = [BlockSummary](repeating: BlockSummary(), count: count)
        sorted = [Double](repeating: .nan, count: count * Self.length)
    }

    /// Whether a meter's days are long enough for blocks.
    static func areWorthwhile(_ cadence: Cadence) -> Bool {
        (cadence.slotsPerDay ?? 0) >= leastSlotsOfDay
    }

    /// Whether a slot is the last one of its block.
    static func isLast(_ slot: Int64) -> Bool { (slot + 1) % Int64(length) == 0 }

    /// Forgets everything.
    mutating func clear() {
        for index in summaries.indices { summaries[index] = BlockSummary() }
        for index in sorted.indices { sorted[index] = .nan }
    }

    /// Sums up a block that the window is about to move past.
    ///
    /// - Parameters:
    ///   - values: the block's, oldest first; NaN where missing.
    ///   - last: the slot of the last of them.
    mutating func seal(_ values: ArraySlice<Double>, endingAt last: Int64, _ calendar: SlotCalendar?) {
        precondition(values.count == Self.length && Self.isLast(last), "a block is whole")
        let place = Self.place(of: last, among: summaries.count)
        var summary = BlockSummary()
        var filled = place * Self.length
        for (index, value) in values.enumerated() where !value.isNaN {
            sorted[filled] = value
            filled += 1
            guard value.isFinite else { continue }
            summary.stretch.add(value)
            if let calendar {
                summary.distances += calendar.distances(
                    from: value,
                    at: last - Int64(Self.length - 1 - index)
                )
            }
        }
        summary.known = filled - place * Self.length
        for index in filled..<(place + 1) * Self.length { sorted[index] = .nan }
        sorted[place * Self.length..<filled].sort()
        summaries[place] = summary
    }

    /// Gives the blocks to a reader.
    ///
    /// - Parameters:
    ///   - newest: the window's newest slot: its block is not done yet.
    ///   - end: the slot that the reader counts back from, at or before the newest.
    func withView<Result>(newest: Int64, endingAt end: Int64, _ body: (BlockView) -> Result) -> Result {
        summaries.withUnsafeBufferPointer { summaries in
            sorted.withUnsafeBufferPointer { sorted in
                body(BlockView(summaries: summaries, sorted: sorted, newest: newest, end: end))
            }
        }
    }

    /// Where the block is kept that ends with a slot.
    static func place(of last: Int64, among count: Int) -> Int {
        // Shifts and remainders that go on below zero as above it: there are meters from before 1970.
        let number = Int(last >> Int64(length.trailingZeroBitCount))
        return (number % count + count) % count
    }
}
