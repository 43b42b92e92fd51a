// Small things said once about ASCII bytes: names for them, blanks, digits, and writing numbers.

/// The ASCII bytes the readers look for.
enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let semicolon = UInt8(ascii: ";")
    static let point = UInt8(ascii: ".")
    static let plus = UInt8(ascii: "+")
    static let minus = UInt8(ascii: "-")
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")
    static let zero = UInt8(ascii: "0")
}

extension UInt8 {
    /// 0…9 for an ASCII digit, else above 9.
    @inline(__always) var digit: UInt8 { self &- Byte.zero }

    @inline(__always) var isBlank: Bool {
        self == Byte.space || self == Byte.tab || self == Byte.carriageReturn || self == Byte.lineFeed
    }

    /// The lower-case form of an ASCII letter; any other byte as it is.
    @inline(__always) var lowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}

extension Span<UInt8> {
    /// The part of `range` that is left when blanks at both ends are cut off.
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isBlank { lower += 1 }
        while lower < upper, self[upper - 1].isBlank { upper -= 1 }
        return lower..<upper
    }

    /// Whether this is `word` (ASCII, lower case), in any mixture of cases.
    func equals(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<count where self[index].lowercased != letters[index] { return false }
            return true
        }
    }

    /// The text, with what is not UTF-8 replaced; for messages and names, not for the hot path.
    var text: String {
        withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    /// Appends a number in decimal, with leading zeros up to `width` digits.
    package mutating func append(padded number: Int64, width: Int) {
        if number < 0 { append(Byte.minus) }
        let magnitude = number.magnitude
        var scale: UInt64 = 1
        var digits = 1
        while digits < width || magnitude / scale >= 10 {
            scale *= 10
            digits += 1
        }
        while scale > 0 {
            append(Byte.zero + UInt8(magnitude / scale % 10))
            scale /= 10
        }
    }
}
