/// A decimal number taken apart: sign, digits, power of ten.
struct DecimalDigits {
    private var isNegative = false
    private var mantissa: UInt64 = 0
    private var exponent = 0
    private var isExact = true

    /// Takes a text apart, or returns nil where it is not a decimal number: an optional sign, digits with at
    /// most one point (or comma, where that is allowed), an optional exponent.
    init?(_ text: Span<UInt8>, decimalComma: Bool) {
        var at = 0
        if at < text.count, text[at] == Byte.minus || text[at] == Byte.plus {
            isNegative = text[at] == Byte.minus
            at += 1
        }
        var digits = take(text, &at)
        if at < text.count, text[at] == Byte.point || (decimalComma && text[at] == Byte.comma) {
            at += 1
            let decimals = take(text, &at)
            exponent -= decimals
            digits += decimals
        }
        guard digits > 0 else { return nil }
        if at < text.count, text[at].lowercased == UInt8(ascii: "e") {
            at += 1
            guard let power = Self.power(text, &at) else { return nil }
            exponent += power
        }
        guard at == text.count else { return nil }
    }

    /// The value, where one multiplication or division of exact doubles gives it; nil where it needs care.
    var exactly: Double? {
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

    /// Takes digits from `at` on into the mantissa and returns how many there were.
    private mutating func take(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        let start = at
        while at < text.count, text[at].digit <= 9 {
            if mantissa < 1_000_000_000_000_000_000 {
                mantissa = mantissa * 10 + UInt64(text[at].digit)
            } else {
                isExact = false  // a twentieth digit: leave the rounding to the careful way
            }
            at += 1
        }
        return at - start
    }

    /// The power after an `e`; kept within ±100,000, where every double has long become 0 or infinite.
    private static func power(_ text: Span<UInt8>, _ at: inout Int) -> Int? {
        var isNegative = false
        if at < text.count, text[at] == Byte.minus || text[at] == Byte.plus {
            isNegative = text[at] == Byte.minus
            at += 1
        }
        let start = at
        var power = 0
        while at < text.count, text[at].digit <= 9 {
            power = min(power * 10 + Int(text[at].digit), 100_000)
            at += 1
        }
        guard at > start else { return nil }
        return isNegative ? -power : power
    }

    /// 10^0 … 10^22: the powers of ten that a double holds exactly.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18,
        1e19, 1e20, 1e21, 1e22,
    ]
}
