internal import Statistics

/// Where a figure lies in the middle 95 % of bootstrap draws.
public struct Interval: Codable, Equatable, Sendable {
    /// The 2.5th percentile.
    public let low: Double
    /// The 97.5th percentile.
    public let high: Double

    /// The share of draws between the two.
    public static let level = 0.95

    /// The interval of a figure's draws.
    ///
    /// - Returns: nil without at least twenty: a few draws say nothing about the outer ones.
    init?(_ draws: [Double]) {
        let sorted = draws.sorted()
        guard sorted.count >= 20, let low = sorted.sortedQuantile((1 - Self.level) / 2),
            let high = sorted.sortedQuantile((1 + Self.level) / 2)
        else { return nil }
        self.low = low
        self.high = high
    }
}
