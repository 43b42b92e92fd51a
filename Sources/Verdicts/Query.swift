public import Readings

/// Options of a query.
public struct QueryOptions: Equatable, Sendable {
    /// How many neighbours are named, 0…256.
    public var neighbours: Int
    /// How many lists of an approximate bank are searched; nil for the number the index was built for.
    public var probes: Int?
    /// Whether all rows are compared, and not only those of the nearest lists.
    public var exact: Bool
    /// Which known windows may be named; nil for all of them. The verdict does not depend on it.
    public var filter: NeighbourFilter?
    /// Whether the answer says why, also of what is normal. Alarms always say it.
    public var explains: Bool

    /// How many neighbours are named by default.
    public static let defaultNeighbours = 10

    /// Options; by default ten neighbours of any kind.
    public init(
        neighbours: Int = QueryOptions.defaultNeighbours,
        probes: Int? = nil,
        exact: Bool = false,
        filter: NeighbourFilter? = nil,
        explains: Bool = false
    ) {
        self.neighbours = neighbours
        self.probes = probes
        self.exact = exact
        self.filter = filter
        self.explains = explains
    }
}

/// Consecutive readings of a meter that a query contains, and that are used in place of those the index
/// holds.
public struct ReadingWindow: Equatable, Sendable {
    /// The meter's name. A meter that the index knows is judged as that meter.
    public var meter: Name
    /// The time of the last reading.
    public var end: Timestamp
    /// The readings at even intervals, oldest first, each with one value for each channel; NaN for a missing
    /// one.
    public var rows: [[Double]]
    /// Milliseconds between two readings; nil for the meter's own interval, or the index's typical one.
    public var interval: Int64?

    /// A window that ends at a time.
    public init(meter: Name, end: Timestamp, rows: [[Double]], interval: Int64? = nil) {
        self.meter = meter
        self.end = end
        self.rows = rows
        self.interval = interval
    }
}
