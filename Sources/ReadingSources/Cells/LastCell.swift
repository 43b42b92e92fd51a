internal import Text

/// The last cell of a column. Most cells are as short as four words, which are compared faster than bytes.
struct LastCell: Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    /// All bytes of a cell that is longer than the words.
    private var long: [UInt8] = []
    /// How many bytes it has; 0 if there was none.
    private(set) var count = 0

    private static let wordBytes = 4 * 8

    /// Whether a cell is the same.
    @inline(__always)
    func isSame(_ cell: Span<UInt8>) -> Bool {
        guard cell.count == count else { return false }
        guard count <= Self.wordBytes else { return long.span.isSame(as: cell) }
        return words.0 == cell.partialWord(0) && words.1 == cell.partialWord(8)
            && words.2 == cell.partialWord(16) && words.3 == cell.partialWord(24)
    }

    /// Keeps a cell in place of the one before.
    @inline(__always)
    mutating func keep(_ cell: Span<UInt8>) {
        count = cell.count
        guard count > Self.wordBytes else {
            words = (cell.partialWord(0), cell.partialWord(8), cell.partialWord(16), cell.partialWord(24))
            return
        }
        long.removeAll(keepingCapacity: true)
        cell.withUnsafeBufferPointer { long.append(contentsOf: $0) }
    }

    /// Its bytes.
    var bytes: [UInt8] {
        guard count <= Self.wordBytes else { return long }
        return (0..<count).map { index in
            let word = [words.0, words.1, words.2, words.3][index / 8]
            return UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8))
        }
    }
}
