public import Readings

/// A few slots of a channel without a value, between two that have one. They are filled on a straight line.
///
/// One reading in ten that is lost on its way says little about a meter. Left open, its slot made differences
/// over it unknown, and a share of missing slots that the history hardly knows is far from everything: meters
/// that had lost nothing before got up to 87 times their false alarms. Filled, they get no more than before
/// (`Benchmarks/gaps`). A line through the differences from the typical week was no better, and changed more
/// of what complete stretches look like; the last value carried on made steps of its own.
///
/// The end of a gap fills it, so no window looks ahead.
enum ShortGap {
    /// The most slots that are filled. A longer gap is an outage, and stays one.
    static let longest = 6

    /// The value of a slot in a gap.
    ///
    /// - Parameters:
    ///   - share: how far the slot is from the value before the gap towards the one after it, 0 to 1.
    @inline(__always)
    static func value(between before: Double, and after: Double, at share: Double) -> Double {
        before + share * (after - before)
    }
}

extension MeterHistory {
    /// How many missing values of the history are in gaps that are filled; without those of an hour that the
    /// clock skipped.
    public func filledValues(_ cadence: Cadence) -> Int {
        var latest = [Int64?](repeating: nil, count: channelCount)
        var filled = 0
        for index in times.indices {
            let slot = cadence.slot(of: times[index])
            for channel in 0..<channelCount where values[index * channelCount + channel].isFinite {
                let passed = Int(clamping: latest[channel].map { slot - $0 - 1 } ?? 0)
                if (1...ShortGap.longest).contains(passed) {
                    filled += passed - cadence.skippedSlots(among: passed, endingAt: slot - 1)
                }
                latest[channel] = slot
            }
        }
        return filled
    }
}
