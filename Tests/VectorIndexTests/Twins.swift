import Testing
import VectorIndex

/// A flat index, and a plain scan of the same rows, which its answers must equal to the bit.
///
/// Short ranges are scanned row by row without a sketch. So an answer assembled from short ranges does not
/// use the sketch.
struct Twins: ~Copyable {
    static let plainRange = 1000

    var flat: VectorIndex
    let dimension: Int

    init(dimension: Int, rows: [Float]) throws {
        var flat = try VectorIndex(flatDimension: dimension)
        try flat.add(rows)
        self.flat = flat
        self.dimension = dimension
    }

    mutating func add(_ rows: [Float]) throws {
        try flat.add(rows)
    }

    /// All rows, nearest first; equal distances are in the order of the rows.
    func everyRow(from query: [Float]) throws -> [FoundRow] {
        var all: [FoundRow] = []
        for first in stride(from: 0, to: flat.count, by: Self.plainRange) {
            let range = first..<min(first + Self.plainRange, flat.count)
            all += try flat.search(query, k: range.count, within: range)[query: 0]
        }
        return all.sorted { ($0.squaredDistance, $0.row) < ($1.squaredDistance, $1.row) }
    }

    func query(_ number: Int, of queries: [Float]) -> [Float] {
        Array(queries[number * dimension..<(number + 1) * dimension])
    }

    func expectAgreement(
        _ queries: [Float],
        k: Int,
        within range: Range<Int>? = nil,
        among allowed: RowSet? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let range = range ?? 0..<flat.count
        let found = try flat.search(queries, k: k, within: range, among: allowed)
        for number in 0..<queries.count / dimension {
            let query = query(number, of: queries)
            let truth = try everyRow(from: query).filter {
                range.contains($0.row) && allowed?.contains($0.row) ?? true
            }
            #expect(found[query: number].elementsEqual(truth.prefix(k)), sourceLocation: sourceLocation)
            let alone = try flat.search(query, k: k, within: range, among: allowed)[query: 0]
            #expect(alone.elementsEqual(truth.prefix(k)), sourceLocation: sourceLocation)
        }
    }
}
