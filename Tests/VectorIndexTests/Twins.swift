import Testing
import VectorIndex

/// A flat index and, of the same rows, an IVF index with a single list: a plain scan by the same kernel.
struct Twins: ~Copyable {
    var flat: VectorIndex
    var plain: VectorIndex
    let dimension: Int

    init(dimension: Int, rows: [Float]) throws {
        let origin = [Float](repeating: 0, count: dimension)
        var flat = try VectorIndex(flatDimension: dimension)
        var plain = try VectorIndex(ivfDimension: dimension, lists: 1, trainingRows: origin, seed: 0)
        try flat.add(rows)
        try plain.add(rows)
        self.flat = flat
        self.plain = plain
        self.dimension = dimension
    }

    mutating func add(_ rows: [Float]) throws {
        try flat.add(rows)
        try plain.add(rows)
    }

    func expectAgreement(
        _ queries: [Float],
        k: Int,
        within range: Range<Int>? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let truth = try plain.search(queries, k: k, probes: 1, within: range)
        let found = try flat.search(queries, k: k, within: range)
        #expect(found == truth, sourceLocation: sourceLocation)
        for query in 0..<truth.queryCount {
            let own = Array(queries[query * dimension..<(query + 1) * dimension])
            let alone = try flat.search(own, k: k, within: range)[query: 0]
            #expect(alone == truth[query: query], sourceLocation: sourceLocation)
        }
    }
}
