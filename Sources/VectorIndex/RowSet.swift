/// Some of the rows of an index, a bit each: what a search may answer with.
///
/// For example, the even rows of the first ten:
///
///     var rows = RowSet(count: 10)
///     for row in stride(from: 0, to: 10, by: 2) { rows.insert(row) }
public struct RowSet: Sendable, Equatable {
    /// How many rows there are to choose from.
    public let count: Int

    /// Bits of rows 64 w to 64 w + 63 are in word w, the lowest first; those past the last row are 0.
    var words: [UInt64]

    /// None of so many rows.
    public init(count: Int) {
        precondition(count >= 0, "a set of rows is of no fewer than none")
        self.count = count
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    /// Whether a row is in the set.
    public func contains(_ row: Int) -> Bool {
        (0..<count).contains(row) && words[row / 64] >> UInt64(row % 64) & 1 == 1
    }

    /// Takes a row in.
    public mutating func insert(_ row: Int) {
        precondition((0..<count).contains(row), "there is no such row")
        words[row / 64] |= 1 << UInt64(row % 64)
    }

    /// Leaves a row out.
    public mutating func remove(_ row: Int) {
        precondition((0..<count).contains(row), "there is no such row")
        words[row / 64] &= ~(1 << UInt64(row % 64))
    }

    /// Takes a range of rows in, in time that grows with a 64th of them.
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
