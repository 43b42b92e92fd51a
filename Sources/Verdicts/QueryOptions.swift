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

    /// How many neighbours are named by default.
    public static let defaultNeighbours = 10

    /// Options; by default ten neighbours of any kind.
    public init(
        neighbours: Int = QueryOptions.defaultNeighbours,
        probes: Int? = nil,
        exact: Bool = false,
        filter: NeighbourFilter? = nil
    ) {
        self.neighbours = neighbours
        self.probes = probes
        self.exact = exact
        self.filter = filter
    }
}
