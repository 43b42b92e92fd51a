/// A row of an index, and how far it is from the query.
public struct FoundRow: Sendable, Equatable {
    /// The row's number: rows are numbered from 0 in the order they were added.
    public var row: Int

    /// The squared Euclidean distance to the query, from 0 up; `+infinity` where it exceeds
    /// what a float32 can hold.
    public var squaredDistance: Float

    /// A neighbour with the given row number and squared distance.
    public init(row: Int, squaredDistance: Float) {
        self.row = row
        self.squaredDistance = squaredDistance
    }
}
