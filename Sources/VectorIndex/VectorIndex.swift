internal import CFaiss

// Nearest rows of float32 vectors, exactly (flat) or among the lists closest to the query (IVF).
//
// 1. A ~Copyable struct, not a class: ownership is unique, and the law of exclusivity is then the
//    index's own rule. `mutating` is the one writer, everything else may run at the same time.
//    To share an index, hold it in a `let` of a final class.
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
/// `@unchecked` because a C pointer is never `Sendable`: the index is its only owner, the functions
/// that take it while it is borrowed are `const` down to FAISS and use no globals.
@safe public struct VectorIndex: ~Copyable, @unchecked Sendable {
    /// How an index finds neighbours.
    public enum Kind: Sendable, Equatable {
        /// Every row is looked at.
        case flat
        /// Inverted file (Sivic and Zisserman, 2003): rows are kept in the list of their nearest
        /// centroid, and a search looks into the lists whose centroids are nearest to the query.
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
