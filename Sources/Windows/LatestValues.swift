/// The values of the latest slots of a window, in the channels' units.
public struct LatestValues: Sendable {
    /// How many slots of each channel: those that changes and short stretches are computed from.
    static let slots = (FeatureLayout.changes.max() ?? 0) + 1

    /// Channel by channel, the newest slot first; NaN where missing.
    private let values: [Double]

    /// Those of a window as it is now.
    init(_ window: MeterWindow) {
        var values: [Double] = []
        values.reserveCapacity(window.channelCount * Self.slots)
        for channel in 0..<window.channelCount {
            let profile = window.profile.channels[channel]
            window.withChannel(channel, before: 0) { x, _ in
                for back in 0..<Self.slots { values.append(profile.median + x[back] * profile.scale) }
            }
        }
        self.values = values
    }

    /// A channel's values, the newest first.
    public subscript(channel: Int) -> [Double] {
        Array(values[channel * Self.slots..<(channel + 1) * Self.slots])
    }
}
