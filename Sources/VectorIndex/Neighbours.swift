/// The answer to a batch of queries: the neighbours of each query, nearest first.
///
/// Equal distances are in the order of the rows, so that an answer depends only on the rows and the query.
public struct Neighbours: Sendable, Equatable {
    /// The number of queries answered.
    public let queryCount: Int

    /// `width` rows for each query; in a short answer, the unused rows have a negative number.
    private let rows: [FoundRow]
    private let width: Int

    package init(queryCount: Int, width: Int, rows: [FoundRow]) {
        precondition(rows.count == queryCount * width, "an answer must have `width` rows for each query")
        self.queryCount = queryCount
        self.width = width
        self.rows = rows
    }

    /// The neighbours of one query of the batch, nearest first; fewer than requested if no more exist.
    ///
    /// - parameter query: the query's position in the batch, `0..<queryCount`.
    public subscript(query query: Int) -> ArraySlice<FoundRow> {
        precondition(query >= 0 && query < queryCount, "there is no such query in the batch")
        let start = query * width
        var end = start + width
        while end > start, rows[end - 1].row < 0 { end -= 1 }
        return rows[start..<end]
    }
}

/// A row of an index, and its distance from the query.
public struct FoundRow: Sendable, Equatable {
    /// The row's number. Rows are numbered from 0 in the order in which they were added.
    public var row: Int

    /// The squared Euclidean distance to the query, at least 0; `+infinity` if it exceeds the largest
    /// float32.
    public var squaredDistance: Float

    /// A neighbour with the given row number and squared distance.
    public init(row: Int, squaredDistance: Float) {
        self.row = row
        self.squaredDistance = squaredDistance
    }
}
