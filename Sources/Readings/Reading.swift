/// What one meter measured at one time.
public struct Reading: Equatable, Sendable {
    /// The meter's name.
    public var meter: String
    /// When it was measured.
    public var time: Timestamp
    /// One value a channel, in the order of the index's channels; NaN where one is missing.
    public var values: [Double]

    /// A reading of a meter.
    public init(meter: String, time: Timestamp, values: [Double]) {
        self.meter = meter
        self.time = time
        self.values = values
    }
}
