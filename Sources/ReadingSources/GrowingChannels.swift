internal import Readings

/// Finds channels that only grow, as the register of a meter does: what a window learns of their values is
/// where the register stood, and not what was used.
struct GrowingChannels {
    /// The fewest readings of a meter that show it.
    private static let fewest = 48

    /// The channels that never fall but for a few resets, and mostly rise, in every meter with enough
    /// readings.
    static func found(in histories: [MeterHistory], channels: [Name]) -> [Name] {
        channels.indices.filter { channel in
            let shown = histories.compactMap { grows($0, channel) }
            return !shown.isEmpty && shown.allSatisfy(\.self)
        }.map { channels[$0] }
    }

    /// Whether a channel of a meter only grows; nil if it has too few values.
    private static func grows(_ history: MeterHistory, _ channel: Int) -> Bool? {
        guard channel < history.channelCount else { return nil }
        var (last, rises, falls, steps) = (Double.nan, 0, 0, 0)
        for index in 0..<history.count {
            let value = history.values[index * history.channelCount + channel]
            if value.isNaN { continue }
            if !last.isNaN {
                steps += 1
                if value > last { rises += 1 } else if value < last { falls += 1 }
            }
            last = value
        }
        guard steps + 1 >= fewest else { return nil }
        // A register is reset, exchanged or rolls over a few times in its life; it may stand still at night.
        return falls * 200 <= steps && rises * 4 >= steps
    }
}
