internal import CFaiss

// Searches float32 rows for the nearest ones, exactly (flat) or only in the lists closest to the query (IVF).
//
// 1. A ~Copyable struct, not a class: ownership is unique, and Swift's law of exclusivity gives `mutating`
//    functions exclusive access, while all others may run concurrently. ``SharedIndex`` shares an index.
// 2. Every argument is checked here before it reaches C++, because FAISS calls abort() for some wrong
//    arguments.

/// An index of float32 rows under the squared Euclidean distance, freed exactly once.
///
/// For example:
///
///     var index = try VectorIndex(flatDimension: 2)
///     try index.add([0, 0, 3, 4])
///     let nearest = try index.search([3, 3], k: 1)[query: 0].first   // row 1, squared distance 1
///
/// Any number of searches may run concurrently, each on its caller's thread.
///
/// `@unchecked` because a C pointer is never `Sendable`. It is safe because the index is the pointer's only
/// owner, and all functions that use the pointer of a borrowed index are `const`, including FAISS's, and use
/// no global variables.
@safe public struct VectorIndex: ~Copyable, @unchecked Sendable {
    /// How an index finds neighbours.
    public enum Kind: Sendable, Equatable {
        /// Compares every row.
        case flat
        /// Uses an inverted file (Sivic and Zisserman, 2003): each row is in the list of its nearest
        /// centroid, and a search reads the lists whose centroids are nearest to the query.
        case ivf(lists: Int)
    }

    /// The most neighbours that one call may request, over all its queries: 2 GiB of answers.
    public static let maximumAnswers = 1 << 27

    /// The version of FAISS at compile time, such as `1.7.3`.
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
    /// An empty index that compares every row. It is exact, and the right choice unless searches are too
    /// slow.
    ///
    /// - parameter dimension: the number of values in a row, 1 to 65,536.
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
    /// Equal rows and an equal seed give equal centroids. Recall depends on the data: measure it against
    /// `probes: lists`, which is exact, before you rely on it.
    ///
    /// - parameters:
    ///   - dimension: the number of values in a row, 1 to 65,536.
    ///   - lists: the number of lists; the square root of the number of rows is a good start.
    ///   - trainingRows: row-major, at least `lists` rows; of more than 256 for each list, a sample is used.
    ///   - seed: any integer; the low 32 bits are used.
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

    /// Appends rows. The first one gets the number ``count``.
    ///
    /// - parameter rows: row-major, a multiple of ``dimension`` finite values.
    /// - throws: a ``VectorIndexError`` if they are not; then nothing has been added.
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
    /// Writes the index in FAISS's own format. Equal indexes give equal bytes.
    ///
    /// The bytes are passed to the operating system. The caller must synchronise them to the disk.
    ///
    /// - throws: a ``VectorIndexError`` if a byte could not be written; the file is then unusable.
    public func write(to path: String) throws(VectorIndexError) {
        try checking("write an index to \(path)", remedy: "check the folder and the free disk space") {
            unsafe cfaiss_write(handle, path, &$0)
        }
    }

    /// Reads an index that ``write(to:)`` wrote.
    ///
    /// FAISS does not check what it reads: a damaged file may be read without an error, or end the process.
    /// *Before* this call, verify the file's SHA-256.
    ///
    /// - throws: a ``VectorIndexError`` if the file is missing, truncated, or not such an index.
    public init(verifiedFile path: String) throws(VectorIndexError) {
        unsafe self.init(
            adopting: try opened(
                "read an index from \(path)",
                remedy: "restore the file or rebuild the index"
            ) {
                unsafe cfaiss_read(path, &$0)
            }
        )
    }
}

/// A FAISS index that several values share. It can no longer be changed.
package final class SharedIndex: Sendable {
    package let index: VectorIndex

    /// Takes ownership of an index.
    package init(_ index: consuming VectorIndex) {
        self.index = index
    }
}
