// Eight bytes at a time, as one number. What a loop over the bytes would find is found with a few operations
// on eight of them: the equality of two texts, and the first of a few bytes in a text (Warren, "Hacker's
// Delight", 2012, 6-1). A machine's vectors would be faster still, but Swift has no portable way to find a
// bit in them.

extension Span<UInt8> {
    /// The eight bytes from a position on, the first one lowest.
    ///
    /// - Precondition: there are eight.
    @inlinable @inline(__always)
    public func word(_ at: Int) -> UInt64 {
        precondition(at >= 0 && at + 8 <= count, "a word is within the text")
        return withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt64.self)) }
    }

    /// The bytes from a position to the end, at most the first eight, as ``word(_:)`` has them, and zeros
    /// behind them.
    @inlinable @inline(__always)
    public func partialWord(_ at: Int) -> UInt64 {
        let rest = count - at
        if rest >= 8 { return word(at) }
        if rest <= 0 { return 0 }
        if count >= 8 { return word(count - 8) >> UInt64((8 - rest) * 8) }
        var word: UInt64 = 0
        for offset in 0..<rest { word |= UInt64(self[at + offset]) << UInt64(offset * 8) }
        return word
    }

    /// Whether these bytes are those of another text.
    @inlinable @inline(__always)
    public func isSame(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var at = 0
        while at < count {
            if partialWord(at) != other.partialWord(at) { return false }
            at += 8
        }
        return true
    }
}

/// Finds the first of three bytes in a text.
public struct ByteFinder: Sendable {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64
    @usableFromInline let third: UInt64

    /// Looks for these bytes.
    @inlinable
    public init(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
        self.first = UInt64(first) &* Self.ones
        self.second = UInt64(second) &* Self.ones
        self.third = UInt64(third) &* Self.ones
    }

    /// Where the first of them is at or behind a position; `end` if there is none before it.
    ///
    /// - Precondition: `end` is not behind the end of the text.
    @inlinable @inline(__always)
    public func find(in text: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var at = start
        while at + 8 <= end {
            let found = matches(text.word(at))
            if found != 0 { return at + found.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < end, matches(UInt64(text[at]) &* Self.ones) == 0 { at += 1 }
        return at
    }

    /// A word whose lowest bit that is set is in the first byte that is one of the three; 0 if none is. The
    /// bytes above that one mean nothing.
    @inlinable @inline(__always)
    func matches(_ word: UInt64) -> UInt64 {
        let (a, b, c) = (word ^ first, word ^ second, word ^ third)
        let zeros = ((a &- Self.ones) & ~a) | ((b &- Self.ones) & ~b) | ((c &- Self.ones) & ~c)
        return zeros & Self.highBits
    }

    @inlinable static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @inlinable static var highBits: UInt64 { 0x8080_8080_8080_8080 }
}

extension Span<UInt8> {
    /// Where the first byte is that is not ASCII, at or behind a position; the end if there is none.
    @inlinable
    public func firstBeyondASCII(from start: Int) -> Int {
        var at = start
        while at + 8 <= count {
            let high = word(at) & 0x8080_8080_8080_8080
            if high != 0 { return at + high.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < count, self[at] < 0x80 { at += 1 }
        return at
    }
}
