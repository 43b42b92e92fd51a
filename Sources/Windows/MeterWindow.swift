public import Readings

/// The recent readings of one meter on its grid, in its own scales. Features are computed from these alone.
///
/// Each channel is contiguous, the newest slot last, so that a statistic over the latest slots is a loop over
/// an array. The storage is twice as long as the window: the window slides through it, and is moved back to
/// the front only once in `length` slots.
public struct MeterWindow: Sendable {
    /// What is typical of the meter.
    public let profile: MeterProfile
    /// How many slots are kept.
    public let length: Int

    /// The newest reading's slot; nil before the first reading.
    private(set) var newestSlot: Int64?
    /// The newest reading's time; nil before the first reading.
    public private(set) var newestTime: Timestamp?

    /// Per channel `2 * length` slots; the window is `end - length ..< end` of them.
    private var slots: [Double]
    private var end: Int
    /// One for each channel; empty where days have few slots.
    private var blocks: [SlotBlocks] = []

    /// An empty window, long enough for a layout's features; every slot is missing.
    public init(profile: MeterProfile, layout: FeatureLayout) {
        precondition(profile.channels.count == layout.channelCount, "a profile for each channel")
        self.profile = profile
        length = layout.windowLength(profile.cadence)
        slots = [Double](repeating: .nan, count: 2 * length * layout.channelCount)
        end = length
        if layout.hasCalendar, SlotBlocks.areWorthwhile(profile.cadence) {
            blocks = [SlotBlocks](repeating: SlotBlocks(windowLength: length), count: layout.channelCount)
        }
    }

    /// The grid.
    public var cadence: Cadence { profile.cadence }
    /// How many channels a reading has.
    public var channelCount: Int { profile.channels.count }

    /// Appends a reading; slots between it and the one before become missing.
    ///
    /// Of two readings in one slot the later counts.
    ///
    /// - Parameters:
    ///   - values: one a channel, NaN where missing.
    ///   - time: later than that of the newest reading.
    public mutating func append(_ values: some Collection<Double>, at time: Timestamp) {
        precondition(values.count == channelCount, "a reading has \(channelCount) values")
        precondition(newestTime.map { $0 < time } ?? true, "readings come in time order")
        advance(to: cadence.slot(of: time))
        for (channel, value) in values.enumerated() {
            slots[channel * 2 * length + end - 1] = profile.channels[channel].standardised(value)
        }
        newestTime = time
    }

    /// Moves the window on to a slot; the slots between the newest reading and it are missing.
    ///
    /// - Parameter slot: at or after that of the newest reading.
    mutating func moveOn(to slot: Int64) {
        if newestSlot != nil { advance(to: slot) }
    }

    private mutating func advance(to slot: Int64) {
        defer { newestSlot = slot }
        guard let newest = newestSlot else { return }
        guard slot - newest < Int64(length) else { return clear() }
        for passed in newest..<slot {
            if !blocks.isEmpty, SlotBlocks.isLast(passed) { sealBlock(endingAt: passed) }
            if end == 2 * length { moveToFront() }
            for channel in 0..<channelCount { slots[channel * 2 * length + end] = .nan }
            end += 1
        }
    }

    private mutating func clear() {
        for index in slots.indices { slots[index] = .nan }
        for channel in blocks.indices { blocks[channel].clear() }
        end = length
    }

    /// Summarises the block that ends at the window's end, before the window moves on.
    private mutating func sealBlock(endingAt slot: Int64) {
        for channel in blocks.indices {
            let last = channel * 2 * length + end
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
            let start = channel * 2 * length
            for index in 0..<length { slots[start + index] = slots[start + length + index] }
        }
        end = length
    }

    /// How many slots hold a value in some channel, up to a limit.
    ///
    /// - Parameter skipped: how many of the newest slots are not counted.
    func knownSlots(limit: Int, before skipped: Int = 0) -> Int {
        var known = 0
        var back = 1 + skipped
        while known < limit, back <= length {
            let holdsValue = (0..<channelCount).contains { !slots[$0 * 2 * length + end - back].isNaN }
            if holdsValue { known += 1 }
            back += 1
        }
        return known
    }

    /// Gives one channel of the window to a closure, in two parts: up to the judged slot, and from the judged
    /// slot on, oldest first; NaN where missing.
    ///
    /// - Parameter horizon: how many slots before the newest the judged one lies.
    func withChannel<Result>(
        _ channel: Int,
        before horizon: Int,
        _ body: (ChannelWindow, UnsafeBufferPointer<Double>) -> Result
    ) -> Result {
        slots.withUnsafeBufferPointer { buffer in
            let start = channel * 2 * length + end - length
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
