/// A set of rows of an index, with one bit for each row: the candidates of a search.
///
/// For example, the even rows of the first ten:
///
///     var rows = RowSet(count: 10)
///     for row in stride(from: 0, to: 10, by: 2) { rows.insert(row) }
public struct RowSet: Sendable, Equatable {
    /// The number of rows of the index.
    public let count: Int

    /// Word w has the bits of rows 64 w to 64 w + 63, the lowest first. Bits after the last row are 0.
    var words: [UInt64]

    /// An empty set of rows of an index with `count` rows.
    public init(count: Int) {
        precondition(count >= 0, "a count must be at least 0")
        self.count = count
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    /// The set of all rows of an index with `count` rows.
    public init(all count: Int) {
        self.init(count: count)
        insert(0..<count)
    }

    /// Whether a row is in the set.
    public func contains(_ row: Int) -> Bool {
        (0..<count).contains(row) && words[row / 64] >> UInt64(row % 64) & 1 == 1
    }

    /// Inserts a row.
    public mutating func insert(_ row: Int) {
        precondition((0..<count).contains(row), "there is no such row")
        words[row / 64] |= 1 << UInt64(row % 64)
    }

    /// Removes a row.
    public mutating func remove(_ row: Int) {
        precondition((0..<count).contains(row), "there is no such row")
        words[row / 64] &= ~(1 << UInt64(row % 64))
    }

    /// Removes the rows that are not in another set of the same count.
    public mutating func formIntersection(_ other: RowSet) {
        precondition(count == other.count, "the sets must be of the same index")
        for word in words.indices { words[word] &= other.words[word] }
    }

    /// Inserts a range of rows, 64 at a time.
    public mutating func insert(_ rows: Range<Int>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "there are no such rows")
        guard let last = rows.last else { return }
        let (first, final) = (rows.lowerBound / 64, last / 64)
        for word in first...final {
            var bits = UInt64.max
            if word == first { bits &= .max << UInt64(rows.lowerBound % 64) }
            if word == final { bits &= .max >> UInt64(63 - last % 64) }
            words[word] |= bits
        }
    }
}
