public import Readings

/// The recent readings of one meter on its grid, in its own scales: what features are computed from, and nothing else.
///
/// Each channel is one contiguous stretch of slots, the newest last, so that a statistic over the last n
/// slots is a loop over an array. The storage is twice as long as the window: the window slides through it
/// and is moved back to the front only once every `reach` slots.
public struct MeterWindow: Sendable {
    /// What is usual for the meter.
    public let profile: MeterProfile
    /// How many slots are kept.
    public let reach: Int

    /// The newest reading's slot; nil before the first reading.
    private(set) var newestSlot: Int64?
    /// The newest reading's time; nil before the first reading.
    public private(set) var newestTime: Timestamp?

    /// Per channel `2 * reach` slots; the window is `end - reach ..< end` of them.
    private var slots: [Double]
    private var end: Int
    /// Each channel's; none where days are short.
    private var blocks: [SlotBlocks] = []

    /// An empty window that can serve a layout's features: every slot is missing.
    public init(profile: MeterProfile, layout: FeatureLayout) {
        precondition(profile.channels.count == layout.channelCount, "a profile for each channel")
        self.profile = profile
        reach = layout.reach(profile.cadence)
        slots = [Double](repeating: .nan, count: 2 * reach * layout.channelCount)
        end = reach
        if layout.hasCalendar, SlotBlocks.areWorthwhile(profile.cadence) {
            blocks = [SlotBlocks](repeating: SlotBlocks(reach: reach), count: layout.channelCount)
        }
    }

    /// The grid.
    public var cadence: Cadence { profile.cadence }
    /// How many channels a reading has.
    public var channelCount: Int { profile.channels.count }

    /// Takes in a reading; slots between it and the one before become missing.
    ///
    /// Of two readings in one slot the later counts.
    ///
    /// - Parameters:
    ///   - values: one a channel, NaN where missing.
    ///   - time: later than the newest reading's.
    public mutating func append(_ values: some Collection<Double>, at time: Timestamp) {
        precondition(values.count == channelCount, "a reading has \(channelCount) values")
        precondition(newestTime.map { $0 < time } ?? true, "readings come in time order")
        advance(to: cadence.slot(of: time))
        for (channel, value) in values.enumerated() {
            slots[channel * 2 * reach + end - 1] = profile.channels[channel].standardised(value)
        }
        newestTime = time
    }

    /// Lets time pass: slots up to this one are missing, unless a reading comes for it yet.
    ///
    /// - Parameter slot: at or after the newest.
    mutating func moveOn(to slot: Int64) {
        if newestSlot != nil { advance(to: slot) }
    }

    private mutating func advance(to slot: Int64) {
        defer { newestSlot = slot }
        guard let newest = newestSlot else { return }
        guard slot - newest < Int64(reach) else { return clear() }
        for passed in newest..<slot {
            if !blocks.isEmpty, SlotBlocks.isLast(passed) { sealBlock(endingAt: passed) }
            if end == 2 * reach { moveToFront() }
            for channel in 0..<channelCount { slots[channel * 2 * reach + end] = .nan }
            end += 1
        }
    }

    private mutating func clear() {
        for index in slots.indices { slots[index] = .nan }
        for channel in blocks.indices { blocks[channel].clear() }
        end = reach
    }

    /// Sums up what lies before the window's end, before it moves on.
    private mutating func sealBlock(endingAt slot: Int64) {
        for channel in blocks.indices {
            let last = channel * 2 * reach + end
            let calendar = profile.channels[channel].calendar
            blocks[channel].seal(
                slots[last - SlotBlocks.length..<last],
                endingAt: slot,
                calendar.map { SlotCalendar(calendar: $0, cadence: profile.cadence) }
            )
        }
    }

    private mutating func moveToFront() {
        for channel in 0..<channelCount {
            let start = channel * 2 * reach
            for index in 0..<reach { slots[start + index] = slots[start + reach + index] }
        }
        end = reach
    }

    /// How many slots hold a value in some channel, counted back from the newest, or from so many slots before it,
    /// up to a limit.
    func knownSlots(limit: Int, before skipped: Int = 0) -> Int {
        var known = 0
        var back = 1 + skipped
        while known < limit, back <= reach {
            let holdsValue = (0..<channelCount).contains { !slots[$0 * 2 * reach + end - back].isNaN }
            if holdsValue { known += 1 }
            back += 1
        }
        return known
    }

    /// One channel up to so many slots before the newest, and the slots from that one on, oldest first; NaN where
    /// missing.
    func withChannel<Result>(
        _ channel: Int,
        before following: Int,
        _ body: (ChannelWindow, UnsafeBufferPointer<Double>) -> Result
    ) -> Result {
        slots.withUnsafeBufferPointer { buffer in
            let start = channel * 2 * reach + end - reach
            let judged = start + reach - following
            let past = UnsafeBufferPointer(rebasing: buffer[start..<judged])
            let next = UnsafeBufferPointer(rebasing: buffer[judged - 1..<start + reach])
            guard !blocks.isEmpty, let newest = newestSlot else { return body(ChannelWindow(past), next) }
            return blocks[channel].withView(newest: newest, endingAt: newest - Int64(following)) { view in
                body(ChannelWindow(past, blocks: view), next)
            }
        }
    }
}
