/// A pushed reading, as the journal keeps it.
public struct JournalReading: Equatable, Sendable {
    /// What the reading calls its meter.
    public let meter: String
    /// Milliseconds since 1970, UTC.
    public let time: Int64
    /// One value a channel; NaN where missing.
    public let values: [Double]

    /// A reading to keep.
    public init(meter: String, time: Int64, values: [Double]) {
        self.meter = meter
        self.time = time
        self.values = values
    }
}
