/// What one meter measured at one time.
public struct Reading: Equatable, Sendable {
    /// The meter's name.
    public var meter: Name
    /// When it was measured.
    public var time: Timestamp
    /// One value per channel, in the order of the index's channels; NaN for a missing one.
    public var values: [Double]

    /// How many seconds a reading may be ahead of the clock of the server that takes it in. Less than a day
    /// allows for a forgotten time zone.
    public static let futureLimit = 86_400

    /// A reading of a meter.
    public init(meter: Name, time: Timestamp, values: [Double]) {
        self.meter = meter
        self.time = time
        self.values = values
    }
}
