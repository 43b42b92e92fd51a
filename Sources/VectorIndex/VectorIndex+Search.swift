internal import CFaiss

extension VectorIndex {
    /// Finds the nearest rows of each query.
    ///
    /// The answer to a query is the same to the bit alone and in any batch. A batch is faster than single
    /// queries, because each row is read from memory once.
    ///
    /// - parameters:
    ///   - queries: row-major, a multiple of ``dimension`` finite values.
    ///   - k: the number of neighbours of each query, at least 1. If fewer rows exist, all are returned.
    ///   - probes: how many lists are searched, at least 1; a sixteenth of them by default. If it is the
    ///     number of lists or more, the search is exact. Ignored by a flat index.
    ///   - rows: the candidates; nil for all rows. A narrow range is searched fast, and exactly.
    ///   - allowed: a set that further restricts the candidates; nil for none. Its count must be the index's
    ///     ``count``.
    ///
    /// If the lists have fewer than `k` candidates, further lists are searched. So an answer is short only if
    /// there are no more candidates.
    ///
    /// - throws: a ``VectorIndexError`` for queries that are not complete or not finite, a `k` or `probes`
    ///   below 1, a range outside the index, a set with another count, or more than ``maximumAnswers``
    ///   neighbours.
    public func search(
        _ queries: [Float],
        k: Int,
        probes: Int? = nil,
        within rows: Range<Int>? = nil,
        among allowed: RowSet? = nil
    ) throws(VectorIndexError) -> Neighbours {
        let operation = "search the index"
        let queryCount = try rowCount(of: queries, dimension: dimension, for: operation)
        try checkFinite(queries, for: operation)
        let rows = rows ?? 0..<count
        try check(k >= 1, for: operation, "k is \(k)", remedy: "ask for at least one neighbour")
        try check(
            rows.lowerBound >= 0 && rows.upperBound <= count,
            for: operation,
            "rows \(rows) were requested, but there are \(count)",
            remedy: "give a range within the index"
        )
        try check(
            allowed.map { $0.count == count } ?? true,
            for: operation,
            "the set is for \(allowed?.count ?? 0) rows, but there are \(count)",
            remedy: "make the set for the number of rows of the index"
        )
        let width = min(k, rows.count)
        let probes = try probeCount(probes, for: operation)
        guard width > 0, queryCount > 0 else {
            return Neighbours(queryCount: queryCount, width: 0, rows: [])
        }
        try check(
            queryCount <= Self.maximumAnswers / width,
            for: operation,
            "\(queryCount) queries with \(width) neighbours each are too many",
            remedy: "search in smaller batches"
        )
        let found = try nearestRows(
            of: queries,
            queryCount: queryCount,
            width: width,
            probes: probes,
            within: rows,
            among: allowed
        )
        return Neighbours(queryCount: queryCount, width: width, rows: found)
    }

    private func probeCount(_ probes: Int?, for operation: String) throws(VectorIndexError) -> Int {
        guard case .ivf(let lists) = kind else { return 0 }
        let wanted = probes ?? max(1, lists / 16)
        try check(wanted >= 1, for: operation, "probes is \(wanted)", remedy: "search at least one list")
        return min(wanted, lists)
    }

    private func nearestRows(
        of queries: [Float],
        queryCount: Int,
        width: Int,
        probes: Int,
        within rows: Range<Int>,
        among allowed: RowSet?
    ) throws(VectorIndexError) -> [FoundRow] {
        let empty = CFaissNeighbour(row: -1, squared_distance: 0)
        var answers = [CFaissNeighbour](repeating: empty, count: queryCount * width)
        func search(_ words: UnsafePointer<UInt64>?, _ error: inout CFaissError) -> Int32 {
            unsafe cfaiss_search(
                handle,
                Int64(queryCount),
                queries,
                Int64(width),
                Int64(probes),
                Int64(rows.lowerBound),
                Int64(rows.upperBound),
                words,
                &answers,
                &error
            )
        }
        try checking("search the index", remedy: "search in smaller batches") { error in
            guard let allowed else { return search(nil, &error) }
            return unsafe allowed.words.withUnsafeBufferPointer { unsafe search($0.baseAddress, &error) }
        }
        return answers.map { FoundRow(row: Int($0.row), squaredDistance: $0.squared_distance) }
    }

    /// A copy of one row.
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
