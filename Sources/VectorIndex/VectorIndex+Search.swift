internal import CFaiss

extension VectorIndex {
    /// The nearest rows of each query.
    ///
    /// The answer to a query is the same to the bit whatever else is in the batch. A batch is faster
    /// than its queries one by one: each row is fetched from memory once.
    ///
    /// - parameters:
    ///   - queries: row-major, a multiple of ``dimension`` finite values.
    ///   - k: neighbours wanted for each, 1 or more; where fewer rows exist, all of them are returned.
    ///   - probes: lists to look into, 1 to the number of lists (more means all); by default a
    ///     sixteenth of them. All of them is exact. Without meaning for a flat index.
    ///   - rows: only these rows are candidates. A flat index looks at no others, so a narrow range
    ///     is a fast one.
    /// - throws: a ``VectorIndexError`` for queries that are not whole or not finite, a `k` or `probes`
    ///   below 1, a range outside the index, or more than ``maximumAnswers`` neighbours.
    public func search(
        _ queries: [Float],
        k: Int,
        probes: Int? = nil,
        within rows: Range<Int>? = nil
    ) throws(VectorIndexError) -> Neighbours {
        let operation = "search the index"
        let queryCount = try rowCount(of: queries, dimension: dimension, for: operation)
        try checkFinite(queries, for: operation)
        let rows = rows ?? 0..<count
        try check(k >= 1, operation, "k is \(k)", "ask for at least one neighbour")
        try check(
            rows.lowerBound >= 0 && rows.upperBound <= count,
            operation,
            "rows \(rows) were asked for and there are \(count)",
            "stay within the index"
        )
        let width = min(k, rows.count)
        let probes = try probeCount(probes, for: operation)
        guard width > 0, queryCount > 0 else {
            return Neighbours(queryCount: queryCount, width: 0, places: [])
        }
        try check(
            queryCount <= Self.maximumAnswers / width,
            operation,
            "\(queryCount) queries with \(width) neighbours each are too many",
            "search in smaller batches"
        )
        let places = try places(
            of: queries,
            queryCount: queryCount,
            width: width,
            probes: probes,
            within: rows
        )
        return Neighbours(queryCount: queryCount, width: width, places: places)
    }

    private func probeCount(_ probes: Int?, for operation: String) throws(VectorIndexError) -> Int {
        guard case .ivf(let lists) = kind else { return 0 }
        let wanted = probes ?? max(1, lists / 16)
        try check(wanted >= 1, operation, "probes is \(wanted)", "look into at least one list")
        return min(wanted, lists)
    }

    private func places(
        of queries: [Float],
        queryCount: Int,
        width: Int,
        probes: Int,
        within rows: Range<Int>
    ) throws(VectorIndexError) -> [Neighbour] {
        let empty = CFaissNeighbour(row: -1, squared_distance: 0)
        var answers = [CFaissNeighbour](repeating: empty, count: queryCount * width)
        try checking("search the index", remedy: "search in smaller batches") {
            unsafe cfaiss_search(
                handle,
                Int64(queryCount),
                queries,
                Int64(width),
                Int64(probes),
                Int64(rows.lowerBound),
                Int64(rows.upperBound),
                &answers,
                &$0
            )
        }
        return answers.map { Neighbour(row: Int($0.row), squaredDistance: $0.squared_distance) }
    }

    /// A copy of one row, as it was added.
    ///
    /// - throws: a ``VectorIndexError`` if there is no such row.
    public func row(_ index: Int) throws(VectorIndexError) -> [Float] {
        var values = [Float](repeating: 0, count: dimension)
        try checking("read row \(index)", remedy: "rows are 0 up to \(count), exclusive") {
            unsafe cfaiss_row(handle, Int64(index), &values, &$0)
        }
        return values
    }
}
