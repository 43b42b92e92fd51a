public import Readings

/// Consecutive readings of a meter that a query contains, and that are used in place of those the index
/// holds.
public struct ReadingWindow: Equatable, Sendable {
    /// The meter's name. A meter that the index knows is judged as that meter.
    public var meter: String
    /// The time of the last reading.
    public var end: Timestamp
    /// The readings at even distances, oldest first, each one value a channel; NaN where one is missing.
    public var rows: [[Double]]
    /// Milliseconds between two readings; nil for the meter's own interval, or the index's typical one.
    public var interval: Int64?

    /// A window that ends at a time.
    public init(meter: String, end: Timestamp, rows: [[Double]], interval: Int64? = nil) {
        self.meter = meter
        self.end = end
        self.rows = rows
        self.interval = interval
    }
}
