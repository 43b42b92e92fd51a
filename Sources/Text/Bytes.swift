// ASCII bytes by name, and what readers of text ask about them. Inlinable throughout: the loops over a file's
// bytes are in other modules.

/// The ASCII bytes that readers and writers of text look for.
public enum Byte {
    /// A tabulator.
    @inlinable public static var tab: UInt8 { UInt8(ascii: "\t") }
    /// The end of a line.
    @inlinable public static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    /// The first half of a line end on Windows.
    @inlinable public static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    /// A blank.
    @inlinable public static var space: UInt8 { UInt8(ascii: " ") }
    /// A double quote.
    @inlinable public static var quote: UInt8 { UInt8(ascii: "\"") }
    /// A comma.
    @inlinable public static var comma: UInt8 { UInt8(ascii: ",") }
    /// A semicolon.
    @inlinable public static var semicolon: UInt8 { UInt8(ascii: ";") }
    /// A decimal point.
    @inlinable public static var point: UInt8 { UInt8(ascii: ".") }
    /// A plus sign.
    @inlinable public static var plus: UInt8 { UInt8(ascii: "+") }
    /// A minus sign.
    @inlinable public static var minus: UInt8 { UInt8(ascii: "-") }
    /// A slash.
    @inlinable public static var slash: UInt8 { UInt8(ascii: "/") }
    /// A colon.
    @inlinable public static var colon: UInt8 { UInt8(ascii: ":") }
    /// An apostrophe.
    @inlinable public static var apostrophe: UInt8 { UInt8(ascii: "'") }
    /// An equals sign.
    @inlinable public static var equals: UInt8 { UInt8(ascii: "=") }
    /// An at sign.
    @inlinable public static var at: UInt8 { UInt8(ascii: "@") }
    /// The digit 0.
    @inlinable public static var zero: UInt8 { UInt8(ascii: "0") }
    /// The digit 9.
    @inlinable public static var nine: UInt8 { UInt8(ascii: "9") }
}

extension UInt8 {
    /// 0…9 for an ASCII digit, above 9 for any other byte.
    @inlinable @inline(__always) public var digit: UInt8 { self &- Byte.zero }

    /// Whether this is a blank, a tabulator or part of a line end.
    @inlinable @inline(__always) public var isBlank: Bool {
        self == Byte.space || self == Byte.tab || self == Byte.carriageReturn || self == Byte.lineFeed
    }

    /// The lower-case form of an ASCII letter; any other byte unchanged.
    @inlinable @inline(__always) public var lowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}

extension Span<UInt8> {
    /// The part of `range` without the blanks at both ends.
    @inlinable @inline(__always)
    public func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isBlank { lower += 1 }
        while lower < upper, self[upper - 1].isBlank { upper -= 1 }
        return lower..<upper
    }

    /// Whether these bytes are `word`, whatever the case of their letters.
    ///
    /// - Parameter word: ASCII, in lower case.
    @inlinable
    public func equals(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<count where self[index].lowercased != letters[index] { return false }
            return true
        }
    }

    /// The text of these bytes, with replacement characters for what is not UTF-8. Allocates: for messages
    /// and names.
    public var text: String {
        withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
