/// The answer to a batch of queries: for each, its neighbours, nearest first.
///
/// Equal distances are ordered by row, so an answer is a function of the rows and the query alone.
public struct Neighbours: Sendable, Equatable {
    /// The number of queries answered.
    public let queryCount: Int

    /// `width` places a query; those that stayed empty come last, with a negative row.
    private let places: [FoundRow]
    private let width: Int

    package init(queryCount: Int, width: Int, places: [FoundRow]) {
        precondition(places.count == queryCount * width, "an answer has one place a query and neighbour")
        self.queryCount = queryCount
        self.width = width
        self.places = places
    }

    /// The neighbours of one query of the batch, nearest first; fewer than asked for where fewer exist.
    ///
    /// - parameter query: the query's position in the batch, `0..<queryCount`.
    public subscript(query query: Int) -> ArraySlice<FoundRow> {
        precondition(query >= 0 && query < queryCount, "the batch has no such query")
        let start = query * width
        var end = start + width
        while end > start, places[end - 1].row < 0 { end -= 1 }
        return places[start..<end]
    }
}
