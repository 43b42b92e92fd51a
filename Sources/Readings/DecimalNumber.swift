// The one reader of decimal numbers, for files and for the line protocol. Most numbers have few enough digits
// that digits × 10^k is a single operation on exact doubles, and so correctly rounded (W. D. Clinger, "How to
// Read Floating Point Numbers Accurately", 1990). All others are left to the standard library, which is
// slower.

internal import Text

/// A decimal number while it is read: sign, digits, power of ten.
public struct DecimalNumber {
    /// Which ways of writing a number are accepted.
    public enum Form: Equatable, Sendable {
        /// As spreadsheets and loggers write it: with an optional sign, and digits before the point, after
        /// it, or both.
        case point
        /// The same with a comma in place of the point.
        case comma
        /// The same with a point or a comma.
        case pointOrComma
        /// As in JSON (RFC 8259): no plus sign, no leading zeros, digits on both sides of a point.
        case json
    }

    /// The largest magnitude of a reading's value, in every format.
    ///
    /// A larger value comes from a broken meter, and sums of squares over a window would lose their digits.
    public static let largestMagnitude = 1e15

    private var isNegative = false
    private var mantissa: UInt64 = 0
    private var exponent = 0
    private var isExact = true

    private init() {}

    /// Reads the number that begins at a position.
    ///
    /// - Parameter position: moved past what was read; on failure somewhere within it.
    /// - Returns: the correctly rounded value, infinite if it is beyond a Double; nil if no number begins
    ///   there.
    public static func read(_ text: Span<UInt8>, at position: inout Int, _ form: Form) -> Double? {
        let start = position
        var number = DecimalNumber()
        guard number.takeDigits(text, &position, form), number.takeExponent(text, &position) else {
            return nil
        }
        return number.exactValue ?? roundedValue(text.extracting(start..<position))
    }

    /// Reads a text that is one number and nothing else.
    ///
    /// - Returns: as ``read(_:at:_:)``; nil also if something follows the number.
    public static func read(whole text: Span<UInt8>, _ form: Form) -> Double? {
        var position = 0
        let value = read(text, at: &position, form)
        return position == text.count ? value : nil
    }

    /// The value, if one multiplication or division of exact doubles gives it.
    private var exactValue: Double? {
        guard isExact, mantissa <= 1 << 53 else { return nil }
        let magnitude = Double(mantissa)
        let value: Double
        switch exponent {
        case 0: value = magnitude
        case -22...(-1): value = magnitude / Self.powersOfTen[-exponent]
        case 1...22: value = magnitude * Self.powersOfTen[exponent]
        default: return nil
        }
        return isNegative ? -value : value
    }

    /// The standard library's reading of a text that is known to be a decimal number.
    private static func roundedValue(_ text: Span<UInt8>) -> Double {
        Double(String(text.text.map { $0 == "," ? "." : $0 })) ?? .infinity
    }

    /// 10^0 … 10^22: the powers of ten that a double holds exactly.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}

extension DecimalNumber {
    /// Reads the sign and the digits before and after the point.
    private mutating func takeDigits(_ text: Span<UInt8>, _ at: inout Int, _ form: Form) -> Bool {
        if at < text.count, text[at] == Byte.minus || (text[at] == Byte.plus && form != .json) {
            isNegative = text[at] == Byte.minus
            at += 1
        }
        let first = at
        let whole = take(text, &at)
        if form == .json, whole == 0 || (whole > 1 && text[first] == Byte.zero) { return false }
        guard at < text.count, form.isMark(text[at]) else { return whole > 0 }
        at += 1
        let decimals = take(text, &at)
        exponent -= decimals
        return form == .json ? decimals > 0 : whole + decimals > 0
    }

    /// Reads digits into the mantissa.
    ///
    /// - Returns: how many there were.
    private mutating func take(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        let start = at
        while at < text.count, text[at].digit <= 9 {
            if mantissa < 1_000_000_000_000_000_000 {
                mantissa = mantissa * 10 + UInt64(text[at].digit)
            } else {
                isExact = false  // beyond 19 digits
            }
            at += 1
        }
        return at - start
    }

    /// Reads an exponent, if there is one; false if no digit follows an `e`.
    private mutating func takeExponent(_ text: Span<UInt8>, _ at: inout Int) -> Bool {
        guard at < text.count, text[at].lowercased == UInt8(ascii: "e") else { return true }
        at += 1
        var isNegative = false
        if at < text.count, text[at] == Byte.minus || text[at] == Byte.plus {
            isNegative = text[at] == Byte.minus
            at += 1
        }
        let start = at
        var power = 0
        while at < text.count, text[at].digit <= 9 {
            // At 100,000 every double is 0 or infinite.
            power = min(power * 10 + Int(text[at].digit), 100_000)
            at += 1
        }
        exponent += isNegative ? -power : power
        return at > start
    }
}

extension DecimalNumber.Form {
    fileprivate func isMark(_ byte: UInt8) -> Bool {
        switch self {
        case .point, .json: byte == Byte.point
        case .comma: byte == Byte.comma
        case .pointOrComma: byte == Byte.point || byte == Byte.comma
        }
    }
}
