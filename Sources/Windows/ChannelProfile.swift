/// What is usual for one channel of one meter, learnt from its history.
public struct ChannelProfile: Codable, Equatable, Sendable {
    /// The value in the middle.
    public let median: Double
    /// How far values usually lie from it: a robust deviation, in the channel's own unit, never 0.
    public let scale: Double
    /// How far one value usually lies from the one before, in scales, at least ``leastChangeScale``.
    public let changeScale: Double
    /// Values in scales from the median, ascending: up to 1,024 evenly spaced ones stand for all.
    public let quantiles: [Double]
    /// Sizes of the steps from one slot to the next, in scales, ascending, likewise.
    public let changeQuantiles: [Double]
    /// What each slot of the week and of the day usually is; nil where the history is too short for it.
    public let calendar: CalendarProfile?

    static let leastChangeScale = 0.02
    static let quantileLimit = 1024

    /// A value in scales from the median.
    @inline(__always)
    func standardised(_ value: Double) -> Double { (value - median) / scale }
}
