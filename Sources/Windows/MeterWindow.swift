public import Readings

/// The recent readings of one meter on its grid, in its own scales. Features are computed from these only.
///
/// Each channel is contiguous, with the newest slot last, so that a statistic over the latest slots is a loop
/// over an array. The storage is twice as long as the window. The window slides through it, and is moved back
/// to the front when it reaches the end.
///
/// When the meter's clock is put back, the window goes back with it: the readings of the repeated hour take
/// the slots of those before, which are forgotten. So the window keeps a few slots more than it shows.
///
/// If the layout asks for it, a reading that ends a short gap fills it (``ShortGap``).
public struct MeterWindow: Sendable {
    /// The meter's profile.
    public let profile: MeterProfile
    /// The number of slots that features see.
    public let length: Int
    /// The number of slots that are kept so that the window can go back.
    private let kept: Int

    /// The newest reading's slot; nil before the first reading.
    private(set) var newestSlot: Int64?
    /// The newest reading's time; nil before the first reading.
    public private(set) var newestTime: Timestamp?

    /// For each channel `2 * kept` slots, of which the window is `end - length ..< end`.
    private var slots: [Double]
    private var end: Int
    /// Whether each of the slots has a value that was read, in any channel; as many as those of a channel.
    private var isRead: [Bool]
    private let fillsGaps: Bool
    private let stateChannels: [Int]
    /// The blocks of each channel; empty if a day has few slots.
    private var blocks: [SlotBlocks] = []

    /// An empty window, long enough for a layout's features; every slot is missing.
    public init(profile: MeterProfile, layout: FeatureLayout) {
        precondition(
            profile.channels.count == layout.channelCount,
            "there must be one profile for each channel"
        )
        self.profile = profile
        length = layout.windowLength(profile.cadence)
        kept =
            length + profile.cadence.mostSlotsBack + (layout.fillsGaps ? ChangedInterval.mostSlotsBack : 0)
        slots = [Double](repeating: .nan, count: 2 * kept * layout.channelCount)
        isRead = [Bool](repeating: false, count: 2 * kept)
        fillsGaps = layout.fillsGaps
        stateChannels = layout.stateChannels.map(\.number)
        end = kept
        if layout.hasCalendar, SlotBlocks.areWorthwhile(profile.cadence) {
            blocks = [SlotBlocks](repeating: SlotBlocks(windowLength: kept), count: layout.channelCount)
        }
    }

    /// The meter's cadence, which defines the grid.
    public var cadence: Cadence { profile.cadence }
    /// The number of channels of a reading.
    public var channelCount: Int { profile.channels.count }

    /// How many bytes the window takes, without the profile.
    var heldBytes: Int {
        slots.heldBytes + isRead.heldBytes + blocks.heldBytes
            + blocks.count * (blocks.first?.heldBytes ?? 0)
    }

    /// Appends a reading. The slots between it and the previous reading become missing; of two readings in
    /// one slot, the later one counts.
    ///
    /// - Parameters:
    ///   - values: one for each channel; NaN if missing.
    ///   - time: later than that of the newest reading.
    ///   - slot: its slot; nil for that of its time.
    public mutating func append(
        _ values: some Collection<Double>,
        at time: Timestamp,
        inSlot slot: Int64? = nil
    ) {
        precondition(values.count == channelCount, "a reading must have \(channelCount) values")
        precondition(newestTime.map { $0 < time } ?? true, "readings must come in time order")
        advance(to: slot ?? cadence.slot(of: time))
        let filled = put(values)
        if let newestSlot, filled > 0 { sealAgain(since: newestSlot - Int64(filled)) }
        isRead[end - 1] = values.contains { !$0.isNaN }
        newestTime = time
    }

    /// Moves the window forward to a slot, with missing slots after the newest reading.
    ///
    /// - Parameter slot: at or after the slot of the newest reading.
    mutating func moveOn(to slot: Int64) {
        if newestSlot != nil { advance(to: slot) }
    }

    private mutating func advance(to slot: Int64) {
        defer { newestSlot = slot }
        guard let newest = newestSlot else { return }
        guard slot >= newest else { return goBack(Int(newest - slot)) }
        guard slot - newest < Int64(kept) else { return clear() }
        for passed in newest..<slot {
            if !blocks.isEmpty, SlotBlocks.isLast(passed) { sealBlock(endingAt: passed) }
            if end == 2 * kept { moveToFront() }
            for channel in 0..<channelCount { slots[channel * 2 * kept + end] = .nan }
            isRead[end] = false
            end += 1
        }
    }

    /// Forgets the newest slots. A block that ends in one of them is sealed again when the window passes it.
    private mutating func goBack(_ count: Int) {
        precondition(end - count >= length, "no clock is put back so far, or twice in so short a time")
        end -= count
    }

    private mutating func clear() {
        for index in slots.indices { slots[index] = .nan }
        for index in isRead.indices { isRead[index] = false }
        for channel in blocks.indices { blocks[channel].clear() }
        end = kept
    }

    /// Summarises the block that ends at the window's end, before the window moves forward.
    private mutating func sealBlock(endingAt slot: Int64) {
        for channel in blocks.indices { seal(channel, endingAt: slot, before: end) }
    }

    /// Summarises a channel's block that ends before a position.
    private mutating func seal(_ channel: Int, endingAt slot: Int64, before end: Int) {
        let last = channel * 2 * kept + end
        let calendar = profile.channels[channel].calendar
        blocks[channel].seal(
            slots[last - SlotBlocks.length..<last],
            endingAt: slot,
            calendar.map { SlotCalendar(calendar: $0, cadence: profile.cadence) }
        )
    }

    /// Fills the gap of a channel that ends with the last slot, if it is short.
    ///
    /// - Returns: its length; 0 if none was filled.
    private mutating func fillGap(before channel: Int) -> Int {
        let newest = channel * 2 * kept + end - 1
        guard slots[newest].isFinite, slots[newest - 1].isNaN,
            let known = (2...ShortGap.longest + 1).first(where: { !slots[newest - $0].isNaN })
        else { return 0 }
        if stateChannels.contains(channel) {
            // Of two words neither is known to have been there between them.
            let both = min(slots[newest - known], slots[newest])
            for back in 1..<known { slots[newest - back] = both }
            return known - 1
        }
        for back in 1..<known {
            slots[newest - back] = ShortGap.value(
                between: slots[newest - known],
                and: slots[newest],
                at: Double(known - back) / Double(known)
            )
        }
        return known - 1
    }

    /// Replaces the latest slots, from that of the earliest of some readings on.
    ///
    /// - Parameter readings: all of these slots', as they are on the grid now, the earliest first.
    mutating func replace(_ readings: [ChangedInterval.Reading]) {
        guard let newestSlot, let first = readings.first else { return }
        let end = end
        for (index, reading) in readings.enumerated() {
            let back = Int(newestSlot - reading.slot)
            guard (0..<length - ShortGap.longest).contains(back) else { continue }
            let filled = index > 0 ? 0 : (1...ShortGap.longest).prefix { !isRead[end - 1 - back - $0] }.count
            forget(back + filled + 1)
            self.end = end - back
            put(reading.values)
            self.end = end
            isRead[end - 1 - back] = reading.values.contains { !$0.isNaN }
        }
        sealAgain(since: first.slot - Int64(ShortGap.longest))
    }

    /// Makes the latest slots missing.
    private mutating func forget(_ count: Int) {
        for channel in 0..<channelCount {
            let last = channel * 2 * kept + end
            for slot in last - count..<last { slots[slot] = .nan }
        }
        for slot in end - count..<end { isRead[slot] = false }
    }

    /// Puts the values of a reading into the last slot, and fills the gap before it.
    ///
    /// - Returns: the length of the longest gap that was filled.
    @discardableResult
    private mutating func put(_ values: some Collection<Double>) -> Int {
        var filled = 0
        for (channel, value) in values.enumerated() {
            slots[channel * 2 * kept + end - 1] = profile.channels[channel].standardised(value)
            if fillsGaps { filled = max(filled, fillGap(before: channel)) }
        }
        return filled
    }

    /// Summarises the blocks once more that end in one of the latest slots.
    private mutating func sealAgain(since slot: Int64) {
        guard !blocks.isEmpty, let newestSlot else { return }
        let first = max(slot, newestSlot - Int64(length - SlotBlocks.length))
        for passed in first..<max(first, newestSlot) where SlotBlocks.isLast(passed) {
            for channel in blocks.indices {
                seal(channel, endingAt: passed, before: end - Int(newestSlot - passed))
            }
        }
    }

    private mutating func moveToFront() {
        for channel in 0..<channelCount {
            let start = channel * 2 * kept
            for index in 0..<kept { slots[start + index] = slots[start + kept + index] }
        }
        for index in 0..<kept { isRead[index] = isRead[kept + index] }
        end = kept
    }

    /// The number of slots with a reading, up to a limit.
    ///
    /// - Parameter skipped: how many of the newest slots are ignored.
    func knownSlots(limit: Int, before skipped: Int = 0) -> Int {
        var known = 0
        var back = 1 + skipped
        while known < limit, back <= length {
            if isRead[end - back] { known += 1 }
            back += 1
        }
        return known
    }

    /// How many of the slots of the day that ends with the newest reading have none, and how many should have
    /// one. What the clock skipped when it was put forward is not missing.
    var missingSlots: (missing: Int, expected: Int) {
        guard let newestSlot else { return (0, 0) }
        let day = FeatureLayout.day(cadence)
        let skipped = cadence.skippedSlots(among: day, endingAt: newestSlot)
        let missing = isRead[end - day..<end].count { !$0 }
        return (max(missing - skipped, 0), max(day - skipped, 1))
    }

    /// Calls a closure with one channel of the window in two parts: the slots up to the judged one, and the
    /// slots from the judged one on, oldest first. Missing values are NaN.
    ///
    /// - Parameter horizon: the number of slots from the judged one to the newest.
    func withChannel<Result>(
        _ channel: Int,
        before horizon: Int,
        _ body: (ChannelWindow, UnsafeBufferPointer<Double>) -> Result
    ) -> Result {
        slots.withUnsafeBufferPointer { buffer in
            let start = channel * 2 * kept + end - length
            let judged = start + length - horizon
            let past = UnsafeBufferPointer(rebasing: buffer[start..<judged])
            let next = UnsafeBufferPointer(rebasing: buffer[judged - 1..<start + length])
            guard !blocks.isEmpty, let newest = newestSlot else { return body(ChannelWindow(past), next) }
            return blocks[channel].withView(newest: newest, endingAt: newest - Int64(horizon)) { view in
                body(ChannelWindow(past, blocks: view), next)
            }
        }
    }
}
