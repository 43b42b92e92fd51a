internal import Readings
internal import Text

/// What the field of a value holds.
package enum NumberField: Equatable {
    /// A number that a reading may have.
    case number(Double)
    /// A missing value.
    case missing
    /// An infinite number, written as such.
    case infinite
    /// A number beyond ``DecimalNumber/largestMagnitude``.
    case tooLarge
    /// Any other text.
    case notANumber

    /// Reads a field without blanks around it.
    package init(_ text: Span<UInt8>, decimalComma: Bool) {
        guard let value = DecimalNumber.read(whole: text, .plain(decimalComma: decimalComma)) else {
            self = Self.word(text)
            return
        }
        self = value.magnitude <= DecimalNumber.largestMagnitude ? .number(value) : .tooLarge
    }

    /// What a field means that is not a number.
    private static func word(_ text: Span<UInt8>) -> NumberField {
        if isMissing(text) { return .missing }
        let isSigned = text[0] == Byte.minus || text[0] == Byte.plus
        let bare = text.extracting((isSigned ? 1 : 0)..<text.count)
        if bare.equals("inf") || bare.equals("infinity") { return .infinite }
        return bare.equals("nan") ? .missing : .notANumber
    }

    /// Whether a field without blanks around it means a missing value.
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
}
