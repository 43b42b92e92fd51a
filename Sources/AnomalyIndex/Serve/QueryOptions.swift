/// How a query wants to be answered.
public struct QueryOptions: Equatable, Sendable {
    /// How many known windows to name, 0…256.
    public var neighbours: Int
    /// How many lists of an approximate bank to look into; nil for what the index was built for.
    public var probes: Int?
    /// Look everywhere instead of where neighbours probably are.
    public var exact: Bool
    /// Which known windows may be named; nil for any. The verdict does not depend on it.
    public var filter: WindowFilter?

    /// Options; ten neighbours by default.
    public init(neighbours: Int = 10, probes: Int? = nil, exact: Bool = false, filter: WindowFilter? = nil) {
        self.neighbours = neighbours
        self.probes = probes
        self.exact = exact
        self.filter = filter
    }
}
