internal import Statistics

/// Summaries of blocks of one channel's slots. With them, a statistic over a day or a week of many slots need
/// not read each slot.
///
/// A block begins at a multiple of its length on the meter's grid. Once the window has moved past a block,
/// the block no longer changes, so that its summary depends only on its readings and not on when the server
/// was started. Running sums over the window would be simpler, but their last bits depend on all earlier
/// values.
struct SlotBlocks: Sendable {
    /// The number of slots in a block. A week of minutes, 10,080 slots, is then read as about 157 blocks and
    /// at most 126 single slots; a length of 128 was no faster.
    static let length = 64
    /// Days with fewer slots have no blocks, because these would save little.
    private static let leastSlotsOfDay = 4 * length

    /// A ring of as many blocks as the window can overlap.
    private var summaries: [BlockSummary]
    /// The values of each block in ascending order, followed by NaN for missing values.
    private var sorted: [Double]

    /// Empty blocks for a window of this length in slots.
    init(windowLength: Int) {
        let count = windowLength / Self.length + 2
        summaries = [BlockSummary](repeating: BlockSummary(), count: count)
        sorted = [Double](repeating: .nan, count: count * Self.length)
    }

    /// How many bytes the blocks take.
    var heldBytes: Int { summaries.heldBytes + sorted.heldBytes }

    /// Whether a meter's days have enough slots for blocks.
    static func areWorthwhile(_ cadence: Cadence) -> Bool {
        (cadence.slotsPerDay ?? 0) >= leastSlotsOfDay
    }

    /// Whether a slot is the last one of its block.
    static func isLast(_ slot: Int64) -> Bool { (slot + 1) % Int64(length) == 0 }

    /// Empties all blocks.
    mutating func clear() {
        for index in summaries.indices { summaries[index] = BlockSummary() }
        for index in sorted.indices { sorted[index] = .nan }
    }

    /// Summarises a block that the window is about to move past.
    ///
    /// - Parameters:
    ///   - values: the block's values, oldest first; NaN if missing.
    ///   - last: the slot of the last value.
    ///   - calendar: the channel's calendar, if known.
    mutating func seal(_ values: ArraySlice<Double>, endingAt last: Int64, _ calendar: SlotCalendar?) {
        precondition(values.count == Self.length && Self.isLast(last), "only a whole block can be summarised")
        let position = Self.position(of: last, among: summaries.count)
        var summary = BlockSummary()
        var filled = position * Self.length
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
        summary.known = filled - position * Self.length
        for index in filled..<(position + 1) * Self.length { sorted[index] = .nan }
        sorted[position * Self.length..<filled].sort()
        summaries[position] = summary
    }

    /// Calls a closure with a view of the blocks.
    ///
    /// - Parameters:
    ///   - newest: the window's newest slot, whose block is not complete yet.
    ///   - end: the slot from which the closure counts back, at or before the newest.
    func withView<Result>(newest: Int64, endingAt end: Int64, _ body: (BlockView) -> Result) -> Result {
        summaries.withUnsafeBufferPointer { summaries in
            sorted.withUnsafeBufferPointer { sorted in
                body(BlockView(summaries: summaries, sorted: sorted, newest: newest, end: end))
            }
        }
    }

    /// The position in the ring of the block that ends with a slot.
    static func position(of last: Int64, among count: Int) -> Int {
        // The shift rounds towards minus infinity, as slots before 1970 need.
        let number = Int(last >> Int64(length.trailingZeroBitCount))
        return (number % count + count) % count
    }
}

/// The summary of one block of a channel's slots.
struct BlockSummary: Sendable {
    /// The mean, deviation and extremes of the block's values.
    var stretch = StretchSummary()
    /// The number of slots with a value.
    var known = 0
    /// The distances of the values from the calendar, summed for each lane of
    /// ``CalendarProfile/distances(from:at:)``.
    var distances = SIMD8<Double>.zero
}

/// The blocks of a channel, counted back from one of its slots; valid while
/// ``SlotBlocks/withView(newest:endingAt:_:)`` runs.
struct BlockView {
    let summaries: UnsafeBufferPointer<BlockSummary>
    let sorted: UnsafeBufferPointer<Double>
    /// The window's newest slot.
    let newest: Int64
    /// The slot from which positions are counted back.
    let end: Int64

    /// The position of the block that ends some slots back; nil if no block ends there, or if it is not
    /// complete yet.
    @inline(__always)
    func position(endingAt back: Int) -> Int? {
        let slot = end - Int64(back)
        guard SlotBlocks.isLast(slot), slot < newest else { return nil }
        return SlotBlocks.position(of: slot, among: summaries.count)
    }

    /// The number of values in a block that are less than a value; equal values count half.
    func rank(of value: Double, in position: Int) -> Double {
        let start = position * SlotBlocks.length
        let known = UnsafeBufferPointer(rebasing: sorted[start..<start + summaries[position].known])
        // Most blocks are entirely above or below a value, because an hour rarely spans the range of a day.
        guard let least = known.first, let greatest = known.last, least <= value else { return 0 }
        guard greatest >= value else { return Double(known.count) }
        return Double(known.partitionPoint { $0 >= value } + known.partitionPoint { $0 > value }) / 2
    }
}

/// A channel's calendar, addressed by the slots of its meter's grid.
struct SlotCalendar {
    let calendar: CalendarProfile
    let cadence: Cadence

    /// The distances of a value from the typical values; see ``CalendarProfile/distances(from:at:)``.
    func distances(from value: Double, at slot: Int64) -> SIMD8<Double> {
        calendar.distances(
            from: value,
            at: cadence.slotOfWeek(slot, slotsPerDay: calendar.slotsPerDay)
        )
    }
}
