internal import CFaiss

// The nearest rows of float32 vectors, exactly (flat) or among the lists closest to the query (IVF).
//
// 1. A ~Copyable struct, not a class: ownership is unique, and Swift's law of exclusivity makes `mutating`
//    the one writer; everything else may run at the same time. To share an index, hold it in a `let` of a
//    final class.
// 2. Everything is checked here, before C++ sees it: FAISS answers some wrong arguments with abort().

/// An index of rows of float32 under the squared Euclidean distance, freed exactly once.
///
/// For example:
///
///     var index = try VectorIndex(flatDimension: 2)
///     try index.add([0, 0, 3, 4])
///     let nearest = try index.search([3, 3], k: 1)[query: 0].first   // row 1, squared distance 1
///
/// Any number of searches may run at once, each on its caller's thread.
///
/// `@unchecked` because a C pointer is never `Sendable`: the index is its only owner, and the functions that
/// take the pointer while the index is borrowed are `const` down to FAISS and use no globals.
@safe public struct VectorIndex: ~Copyable, @unchecked Sendable {
    /// How an index finds neighbours.
    public enum Kind: Sendable, Equatable {
        /// By comparing every row.
        case flat
        /// By an inverted file (Sivic and Zisserman, 2003): each row is in the list of its nearest centroid,
        /// and a search reads the lists whose centroids are nearest to the query.
        case ivf(lists: Int)
    }

    /// The most neighbours one call may ask for, over all its queries: 2 GiB of answers.
    public static let maximumAnswers = 1 << 27

    /// The version of FAISS this was compiled against, such as `1.7.3`.
    public static var faissVersion: String {
        let version = cfaiss_version()
        return "\(version.major).\(version.minor).\(version.patch)"
    }

    let handle: OpaquePointer

    init(adopting handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit { unsafe cfaiss_destroy(handle) }

    /// How this index finds neighbours.
    public var kind: Kind {
        let lists = unsafe Int(cfaiss_lists(handle))
        return lists == 0 ? .flat : .ivf(lists: lists)
    }

    /// The number of rows.
    public var count: Int { unsafe Int(cfaiss_count(handle)) }

    /// The number of values in a row, 1 to 65,536.
    public var dimension: Int { unsafe Int(cfaiss_dimension(handle)) }
}

extension VectorIndex {
    /// An empty index that compares every row: exact, and the one to start with.
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

    /// An empty index that keeps its rows in lists around trained centroids (k-means, Lloyd 1957).
    ///
    /// Equal rows and an equal seed train equal centroids. Recall depends on the data: measure it against
    /// `probes: lists`, which is exact, before relying on it.
    ///
    /// - parameters:
    ///   - dimension: values in a row, 1 to 65,536.
    ///   - lists: how many lists; start with the square root of the number of rows.
    ///   - trainingRows: row-major, at least `lists` rows; beyond 256 a list, a sample is used.
    ///   - seed: any integer, of which the low 32 bits are used.
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

extension VectorIndex {
    /// Writes the index in FAISS's own format; equal indexes give equal bytes.
    ///
    /// The bytes are given to the operating system and not synchronised to the disk; that is up to the
    /// caller.
    ///
    /// - throws: a ``VectorIndexError`` if a byte could not be written; the file is then unusable.
    public func write(to path: String) throws(VectorIndexError) {
        try checking("write an index to \(path)", remedy: "check the folder and the space left") {
            unsafe cfaiss_write(handle, path, &$0)
        }
    }

    /// Reads an index that ``write(to:)`` wrote.
    ///
    /// FAISS does not check what it reads: a damaged file may load silently or end the process. *Before*
    /// calling this, compare the file's SHA-256 with that of the file as it was written.
    ///
    /// - throws: a ``VectorIndexError`` if the file is missing, cut short, or of another kind.
    public init(verifiedFile path: String) throws(VectorIndexError) {
        unsafe self.init(
            adopting: try opened("read an index from \(path)", remedy: "restore the file or rebuild") {
                unsafe cfaiss_read(path, &$0)
            }
        )
    }
}
