internal import CFaiss

extension VectorIndex {
    /// An empty index that looks at every row: exact, and the place to start.
    ///
    /// - parameter dimension: values in a row, 1 to 65,536.
    /// - throws: a ``VectorIndexError`` for any other dimension.
    public init(flatDimension dimension: Int) throws(VectorIndexError) {
        unsafe self.init(
            adopting: try opened("create a flat index", remedy: "give a dimension of 1 to 65,536") {
                unsafe cfaiss_create_flat(Int64(dimension), &$0)
            }
        )
    }

    /// An empty index whose rows will be kept in lists around trained centroids (k-means, Lloyd 1957).
    ///
    /// Equal rows and an equal seed train the same centroids. Recall depends on the data: measure it
    /// against `probes: lists`, which is exact, before relying on it.
    ///
    /// - parameters:
    ///   - dimension: values in a row, 1 to 65,536.
    ///   - lists: how many lists; the square root of the number of rows is a fair start.
    ///   - trainingRows: row-major, at least `lists` rows; beyond 256 a list, a sample is used.
    ///   - seed: any integer; its low 32 bits count.
    /// - throws: a ``VectorIndexError`` for other dimensions, too few rows, or values that are not
    ///   finite or exceed 1e15 in magnitude.
    public init(
        ivfDimension dimension: Int,
        lists: Int,
        trainingRows: [Float],
        seed: Int
    ) throws(VectorIndexError) {
        let operation = "train an IVF index"
        let rows = try rowCount(of: trainingRows, dimension: dimension, for: operation)
        unsafe self.init(
            adopting: try opened(operation, remedy: "change the lists or the training rows") {
                unsafe cfaiss_create_ivf(
                    Int64(dimension),
                    Int64(lists),
                    Int64(rows),
                    trainingRows,
                    Int32(truncatingIfNeeded: seed),
                    &$0
                )
            }
        )
    }

    /// Appends rows; the first gets the number ``count``.
    ///
    /// - parameter rows: row-major, a multiple of ``dimension`` finite values.
    /// - throws: a ``VectorIndexError`` if they are not; then nothing was added.
    public mutating func add(_ rows: [Float]) throws(VectorIndexError) {
        let operation = "add rows"
        let added = try rowCount(of: rows, dimension: dimension, for: operation)
        try checkFinite(rows, for: operation)
        try checking(operation, remedy: "add fewer rows at once") {
            unsafe cfaiss_add(handle, Int64(added), rows, &$0)
        }
    }
}
