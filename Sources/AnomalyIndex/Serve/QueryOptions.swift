/// How a query wants to be answered.
public struct QueryOptions: Equatable, Sendable {
    /// How many known windows to name, 0…256.
    public var neighbours: Int
    /// Look everywhere instead of where neighbours probably are.
    public var exact: Bool

    /// Options; five neighbours by default.
    public init(neighbours: Int = 5, exact: Bool = false) {
        self.neighbours = neighbours
        self.exact = exact
    }
}
