internal import Detection
internal import Readings
package import Statistics
internal import Tasks
internal import VectorIndex

/// Chooses a few rows that represent many.
package struct Coreset: Sendable {
    /// How much is kept.
    let reduction: BankReduction
    /// The folds of all meters.
    let folds: [Fold]
    let seed: Int

    /// The most rows that are reduced together: the time grows with their square.
    private static let partLimit = 16_384

    /// The normal windows that a reduced bank keeps, ascending.
    ///
    /// Each fold is reduced by itself, so that what is kept of a time does not depend on what came after it:
    /// a fold is judged by the bank that would have been built just before it, and the alarm line is right.
    ///
    /// - Parameters:
    ///   - windows: the embeddings of all windows.
    ///   - normals: the rows that are treated as normal, ascending.
    ///   - rowBytes: how many bytes a window takes in the bank.
    /// - Throws: ``IndexError`` with `badRequest` where a size is too small.
    func rows(
        of windows: EncodedShard,
        among normals: [Int],
        rowBytes: Int,
        report: ProgressReport
    ) async throws -> [Int] {
        let ofMeters = Dictionary(grouping: normals) { windows.windows[$0].meter }
        let normals = windows.rows.indices.map { ofMeters[$0] ?? [] }
        let counts = normals.map(\.count)
        let kept = try reduction.kept(of: counts, rowBytes: rowBytes)
        let starts = Dictionary(grouping: folds, by: \.meter).mapValues { $0.map(\.rows.lowerBound) }
        report(TaskProgress("condensing", done: 0, total: normals.count))
        let meters = try await concurrentMap(Array(normals.indices)) { meter in
            var random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)) &+ UInt64(meter))
            var chosen: [Int] = []
            for part in normals[meter].split(before: starts[meter] ?? [], limit: Self.partLimit) {
                let own = part.flatMap(windows.embedding(of:))
                let count = max(part.count * kept[meter] / counts[meter], 1)
                let indices = Self.indices(of: own, dimension: windows.dimension, count: count, &random)
                chosen += indices.map { part[$0] }
            }
            return chosen
        }
        return meters.flatMap(\.self)
    }

    /// Chooses rows, each drawn with a chance that grows with the square of its distance to those already
    /// drawn: the seeding of k-means++ (Arthur and Vassilvitskii 2007).
    ///
    /// The result lies between thinning, which keeps what is common and loses what is rare, and always taking
    /// the farthest row (Gonzalez 1985), which keeps every odd window and ranks worse for it. Both, and the
    /// rows nearest to the centroids of k-means, were measured (docs/decisions.md).
    ///
    /// - Parameters:
    ///   - rows: row-major.
    ///   - count: how many to keep.
    /// - Returns: the indices of the rows kept, ascending.
    package static func indices(
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
        while let index = next {
            kept.append(index)
            distances[index] = 0
            guard kept.count < count else { break }
            let own = Array(rows[index * dimension..<(index + 1) * dimension])
            let found = InstructionSet.used.squaredDistances(of: own, to: rows)
            for row in 0..<total { distances[row] = min(distances[row], found[row]) }
            next = draw(distances, &random)
        }
        // Where every other row equals one of those kept, copies fill up the count.
        let known = Set(kept)
        kept += (0..<total).lazy.filter { !known.contains($0) }.prefix(count - kept.count)
        return kept.sorted()
    }

    /// An index, drawn with a chance in proportion to its weight; nil where all weights are 0.
    private static func draw(_ weights: [Float], _ random: inout SplitMix64) -> Int? {
        var sum = 0.0
        for weight in weights { sum += Double(weight) }
        var rest = Double.random(in: 0..<1, using: &random) * sum
        var last: Int?
        for (index, weight) in weights.enumerated() where weight > 0 {
            last = index
            rest -= Double(weight)
            if rest < 0 { break }
        }
        return last
    }
}

extension [Int] {
    /// Ascending numbers in parts: a new part begins with each of the starts, and where a part is full.
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
