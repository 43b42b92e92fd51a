internal import Statistics

/// What may lie between two readings of a meter's register.
public struct RegisterLimits: Codable, Equatable, Sendable {
    /// The meter's usual time between two readings, in milliseconds.
    public let interval: Int64
    /// The usual differences are below this, in the register's unit: 99 of 100 of those above 0. Nil as long
    /// as too few are known.
    public let usual: Double?

    /// So many times the usual difference is still a load, and no exchange of the meter: anomalies of ten
    /// times the load must stay visible, and registers of two meters differ by more.
    static let mostTimes = 100.0
    /// A register rolls over only if that makes a usual difference, or nearly one.
    static let rollOverTimes = 3.0
    /// The fewest differences above 0 from which the usual one is learnt.
    private static let fewest = 10

    /// Limits of these values.
    public init(interval: Int64, usual: Double? = nil) {
        (self.interval, self.usual) = (interval, usual)
    }

    /// Learns the limits from differences, whatever their order; NaN is missing.
    public init(interval: Int64, differences: some Sequence<Double>) {
        let sorted = differences.filter { $0 > 0 && $0.isFinite }.sorted()
        self.init(
            interval: interval,
            usual: sorted.count < Self.fewest ? nil : sorted.sortedQuantile(0.99)
        )
    }

    /// Whether two readings follow each other, so that their difference is what one interval used.
    public func areNeighbours(_ first: Timestamp, _ second: Timestamp) -> Bool {
        second.milliseconds - first.milliseconds <= interval + interval / 2
    }
}
