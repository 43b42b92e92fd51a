// Reads a value. Most fields have few enough digits that digits × 10^k is one exact double operation
// (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990); the rest goes the long way round.

/// What a value's field turned out to hold.
package enum NumberField: Equatable {
    case number(Double)
    case missing
    case infinite
    case tooLarge
    case notANumber

    /// Beyond this a value is a broken meter, and sums of squares over a window would lose their digits.
    package static let largestMagnitude = 1e15

    /// Reads a field without blanks around it.
    package init(_ text: Span<UInt8>, decimalComma: Bool) {
        guard let decimal = DecimalDigits(text, decimalComma: decimalComma) else {
            self = Self.word(text)
            return
        }
        let value = decimal.exactly ?? Self.carefully(text)
        self = value.magnitude <= Self.largestMagnitude ? .number(value) : .tooLarge
    }

    /// What a field that is no number means.
    private static func word(_ text: Span<UInt8>) -> NumberField {
        if isMissing(text) { return .missing }
        let isSigned = text[0] == Byte.minus || text[0] == Byte.plus
        let bare = text.extracting((isSigned ? 1 : 0)..<text.count)
        if bare.equals("inf") || bare.equals("infinity") { return .infinite }
        return bare.equals("nan") ? .missing : .notANumber
    }

    /// Whether a field without blanks around it stands for a missing value.
    static func isMissing(_ text: Span<UInt8>) -> Bool {
        switch text.count {
        case 0: true
        case 1: text[0] == Byte.minus || text[0] == UInt8(ascii: "?")
        case 2: text.equals("na")
        case 3: text.equals("nan") || text.equals("n/a")
        case 4: text.equals("null") || text.equals("none")
        default: false
        }
    }

    /// The standard library's correctly rounded reading, for a text already known to be a decimal number.
    private static func carefully(_ text: Span<UInt8>) -> Double {
        Double(String(text.text.map { $0 == "," ? "." : $0 })) ?? .infinity
    }
}
