// Numbers by hand, because most of a line is numbers. Up to 15 digits and powers of ten up to 22 are all exact as a
// Double, so one multiplication or division of the two rounds correctly (Clinger, "How to read floating point numbers
// accurately", 1990). All others go the slow way through the standard library.

extension LineScanner {
    /// Reads a number as JSON writes it; nil if none comes next. Infinite if it is beyond a Double.
    mutating func number(_ text: Span<UInt8>) -> Double? {
        let start = at
        let isNegative = at < end && text[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        var mantissa: UInt64 = 0
        let first = at
        let wholeDigits = digits(text, into: &mantissa)
        guard wholeDigits == 1 || (wholeDigits > 1 && text[first] != UInt8(ascii: "0")) else { return nil }
        var fractionDigits = 0
        if at < end, text[at] == UInt8(ascii: ".") {
            at += 1
            fractionDigits = digits(text, into: &mantissa)
            guard fractionDigits > 0 else { return nil }
        }
        guard let exponent = exponent(text) else { return nil }
        let scale = exponent - fractionDigits
        guard wholeDigits + fractionDigits <= 15, abs(scale) <= 22 else {
            return Double(text.string(start..<at))
        }
        let magnitude =
            scale < 0
            ? Double(mantissa) / Self.powersOfTen[-scale] : Double(mantissa) * Self.powersOfTen[scale]
        return isNegative ? -magnitude : magnitude
    }

    /// Reads digits and returns how many there were. Beyond 19 the mantissa is meaningless.
    private mutating func digits(_ text: Span<UInt8>, into mantissa: inout UInt64) -> Int {
        let start = at
        while at < end, text[at].isDigit {
            mantissa = mantissa &* 10 &+ UInt64(text[at] &- UInt8(ascii: "0"))
            at += 1
        }
        return at - start
    }

    /// Reads an exponent, 0 if there is none; nil if an `e` is not followed by one.
    private mutating func exponent(_ text: Span<UInt8>) -> Int? {
        guard at < end, text[at] | 0x20 == UInt8(ascii: "e") else { return 0 }
        at += 1
        let isNegative = at < end && text[at] == UInt8(ascii: "-")
        if at < end, isNegative || text[at] == UInt8(ascii: "+") { at += 1 }
        var magnitude: UInt64 = 0
        let count = digits(text, into: &magnitude)
        guard count > 0 else { return nil }
        // More than any fast path takes, and less than what overflows an Int.
        let clamped = count > 5 ? 99_999 : Int(magnitude)
        return isNegative ? -clamped : clamped
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
