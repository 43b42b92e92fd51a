internal import Detection
internal import Readings
package import Statistics
internal import Tasks
internal import VectorIndex

/// A few rows that stand for many.
package enum Coreset {
    /// More rows than this are condensed in parts, or the time would grow with their square.
    private static let partLimit = 16_384

    /// The normal windows that a condensed bank keeps, ascending.
    ///
    /// Each meter's later blocks are condensed by themselves, so that what is kept of a time depends on nothing that
    /// came after: a later block is judged by what a bank built on its eve would hold, and the alarm line is right.
    ///
    /// - Parameters:
    ///   - taken: the rows taken for normal, ascending.
    ///   - embeddings: of the whole table, row-major.
    ///   - rowBytes: what a window takes in the bank.
    static func rows(
        of table: WindowTable,
        among taken: [Int],
        _ embeddings: [Float],
        blocks: [LaterBlock],
        options: BuildOptions,
        rowBytes: Int,
        report: @escaping ProgressReport
    ) async throws -> [Int] {
        let dimension = embeddings.count / max(table.count, 1)
        let ofMeters = Dictionary(grouping: taken) { table.windows[$0].meter }
        let normals = table.rows.indices.map { ofMeters[$0] ?? [] }
        let counts = normals.map(\.count)
        let kept = try options.condensing?.kept(of: counts, rowBytes: rowBytes) ?? counts
        let starts = Dictionary(grouping: blocks, by: \.meter).mapValues { $0.map(\.rows.lowerBound) }
        report(TaskProgress("condensing", done: 0, total: table.rows.count))
        let meters = try await concurrentMap(Array(normals.indices)) { meter in
            var random = SplitMix64(seed: UInt64(bitPattern: Int64(options.seed)) &+ UInt64(meter))
            var chosen: [Int] = []
            for part in normals[meter].split(before: starts[meter] ?? [], limit: partLimit) {
                let own = part.flatMap { embeddings[$0 * dimension..<($0 + 1) * dimension] }
                let share = part.count * kept[meter] / counts[meter]
                chosen += places(of: own, dimension: dimension, count: max(share, 1), &random).map {
                    part[$0]
                }
            }
            return chosen
        }
        return meters.flatMap(\.self)
    }

    /// Some of the rows, each drawn with a chance that grows with the square of its distance to those already drawn:
    /// the seeding of k-means++ (Arthur and Vassilvitskii 2007).
    ///
    /// It lies between thinning, which keeps what is common and loses what is rare, and always taking the farthest row
    /// (Gonzalez 1985), which keeps every odd window and ranks worse for it. Both, and the rows nearest to the
    /// centroids of k-means, were measured (docs/decisions.md).
    ///
    /// - Parameters:
    ///   - rows: row-major.
    ///   - count: how many to keep.
    /// - Returns: their places, ascending.
    package static func places(
        of rows: [Float],
        dimension: Int,
        count: Int,
        _ random: inout SplitMix64
    ) -> [Int] {
        let total = rows.count / dimension
        guard count < total else { return Array(0..<total) }
        var distances = [Float](repeating: .infinity, count: total)
        var kept: [Int] = []
        var next: Int? = 0
        while let place = next {
            kept.append(place)
            distances[place] = 0
            guard kept.count < count else { break }
            let own = Array(rows[place * dimension..<(place + 1) * dimension])
            let found = InstructionSet.used.squaredDistances(of: own, to: rows)
            for row in 0..<total { distances[row] = min(distances[row], found[row]) }
            next = draw(distances, &random)
        }
        // Where every row is one of those kept, copies fill what is left.
        let known = Set(kept)
        kept += (0..<total).lazy.filter { !known.contains($0) }.prefix(count - kept.count)
        return kept.sorted()
    }

    /// A place, with a chance in proportion to its weight; nil where none has any.
    private static func draw(_ weights: [Float], _ random: inout SplitMix64) -> Int? {
        var sum = 0.0
        for weight in weights { sum += Double(weight) }
        var rest = Double.random(in: 0..<1, using: &random) * sum
        var last: Int?
        for (place, weight) in weights.enumerated() where weight > 0 {
            last = place
            rest -= Double(weight)
            if rest < 0 { break }
        }
        return last
    }
}

extension [Int] {
    /// Ascending numbers in parts: a new one begins with each of the starts, and where one is full.
    fileprivate func split(before starts: [Int], limit: Int) -> [[Int]] {
        var parts: [[Int]] = []
        var starts = starts.sorted()[...]
        for number in self {
            var isNew = parts.last.map { $0.count == limit } ?? true
            while let start = starts.first, start <= number {
                starts.removeFirst()
                isNew = true
            }
            if isNew { parts.append([]) }
            parts[parts.count - 1].append(number)
        }
        return parts
    }
}
