internal import CFaiss

/// An instruction set for which the distances are compiled and which this processor supports.
/// All give the same distances, to the last bit.
@safe public struct InstructionSet: Sendable, CustomStringConvertible {
    private let level: Int32

    /// All supported instruction sets; searches use the last.
    public static var all: [InstructionSet] {
        (0..<cfaiss_level_count()).map(InstructionSet.init(level:))
    }

    /// The instruction set that searches use.
    public static var used: InstructionSet { InstructionSet(level: cfaiss_level_count() - 1) }

    /// The name, such as `AVX-512`.
    public var description: String { unsafe String(cString: cfaiss_level_name(level)) }

    /// The squared Euclidean distances of a query to row-major rows, computed as a search does.
    ///
    /// - parameter picked: whether to use the function for rows that are not contiguous; the distances are
    ///   the same.
    package func squaredDistances(of query: [Float], to rows: [Float], picked: Bool = false) -> [Float] {
        precondition(
            !query.isEmpty && rows.count.isMultiple(of: query.count),
            "rows must be as long as the query"
        )
        let count = rows.count / query.count
        var distances = [Float](repeating: 0, count: count)
        unsafe cfaiss_level_distances(
            level,
            query,
            rows,
            Int64(query.count),
            Int64(count),
            picked ? 1 : 0,
            &distances
        )
        return distances
    }
}
