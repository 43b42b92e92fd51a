public import Readings

/// The recent readings of one meter on its grid: what features are computed from, and nothing else.
///
/// Each channel is one contiguous stretch of slots, the newest last, so that a statistic over the last n
/// slots is a loop over an array. The storage is twice as long as the window: the window slides through it
/// and is moved back to the front only once every `reach` slots.
public struct MeterWindow: Sendable {
    /// The grid.
    public let cadence: Cadence
    /// How many channels a reading has.
    public let channelCount: Int
    /// How many slots are kept.
    public let reach: Int

    /// The newest reading's slot; nil before the first reading.
    private(set) var newestSlot: Int64?
    /// The newest reading's time; nil before the first reading.
    public private(set) var newestTime: Timestamp?

    /// Per channel `2 * reach` slots; the window is `end - reach ..< end` of them.
    private var slots: [Double]
    private var end: Int

    /// An empty window: every slot is missing.
    public init(cadence: Cadence, channelCount: Int, reach: Int) {
        precondition(reach > 0 && channelCount > 0, "a window has slots and channels")
        self.cadence = cadence
        self.channelCount = channelCount
        self.reach = reach
        slots = [Double](repeating: .nan, count: 2 * reach * channelCount)
        end = reach
    }

    /// A window that can serve a layout's features.
    public init(cadence: Cadence, layout: FeatureLayout) {
        self.init(cadence: cadence, channelCount: layout.channelCount, reach: layout.reach(cadence))
    }

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
        let slot = cadence.slot(of: time)
        advance(by: newestSlot.map { slot - $0 } ?? 1)
        for (channel, value) in values.enumerated() {
            slots[channel * 2 * reach + end - 1] = value
        }
        newestSlot = slot
        newestTime = time
    }

    /// Lets time pass: slots up to this one are missing, unless a reading comes for it yet.
    ///
    /// - Parameter slot: at or after the newest.
    mutating func moveOn(to slot: Int64) {
        guard let newest = newestSlot else { return }
        advance(by: slot - newest)
        newestSlot = slot
    }

    private mutating func advance(by distance: Int64) {
        if distance >= Int64(reach) {
            for index in slots.indices { slots[index] = .nan }
            end = reach
            return
        }
        for _ in 0..<Int(distance) {
            if end == 2 * reach { moveToFront() }
            for channel in 0..<channelCount { slots[channel * 2 * reach + end] = .nan }
            end += 1
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

    /// One channel's slots, oldest first, `reach` of them; NaN where missing.
    func withSlots<Result>(
        ofChannel channel: Int,
        _ body: (UnsafeBufferPointer<Double>) -> Result
    ) -> Result {
        slots.withUnsafeBufferPointer { buffer in
            let start = channel * 2 * reach + end - reach
            return body(UnsafeBufferPointer(rebasing: buffer[start..<start + reach]))
        }
    }
}
