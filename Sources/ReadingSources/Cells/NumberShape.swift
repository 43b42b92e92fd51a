// How a number is written, as far as one cell can say it: whether the comma of `1,155` is a decimal mark is
// seen in the whole column.

internal import Readings
internal import Text

/// The mark before the decimals.
public enum DecimalMark: String, CaseIterable, Sendable, Codable {
    /// `1.5`
    case point
    /// `1,5`
    case comma

    var byte: UInt8 { self == .point ? Byte.point : Byte.comma }
    var other: DecimalMark { self == .point ? .comma : .point }
    /// Numbers with this mark and without thousands.
    var form: DecimalNumber.Form { self == .point ? .point : .comma }
}

/// The digits of a number, the marks between them and what follows it.
struct NumberShape {
    /// Where the number ends, before blanks and a unit.
    private(set) var end = 0
    /// How many marks there are between the digits.
    private(set) var marks = 0
    /// The digits before the first mark.
    private(set) var wholeDigits = 0
    /// The number before the first mark; only of the first digits, if there are many.
    private(set) var whole: Int64 = 0
    /// The last mark, and the one before it; blanks and apostrophes of all kinds are one. 0 is none.
    private(set) var lastMark: UInt8 = 0
    private var innerMark: UInt8 = 0
    /// The digits after the last mark, and between it and the one before.
    private(set) var lastDigits = 0
    private var digitsBeforeLast = 0
    private var isZeroLed = false
    private var hasMixedMarks = false
    private var hasPairs = false
    private var isBroken = false

    /// Reads a number and whatever follows it; nil if the cell does not begin with one.
    init?(_ text: Span<UInt8>) {
        var at = Self.sign(text)
        let start = at
        while at < text.count {
            if text[at].digit <= 9 {
                take(text[at].digit, isFirst: at == start)
                at += 1
                continue
            }
            let (mark, length) = Self.mark(text, at)
            guard mark != 0, isMarkHere(mark, text, at + length) else { break }
            take(mark)
            at += length
        }
        guard wholeDigits + lastDigits > 0 else { return nil }
        end = Self.exponentEnd(text, at)
    }

    private mutating func take(_ digit: UInt8, isFirst: Bool) {
        if marks > 0 {
            lastDigits += 1
            return
        }
        if isFirst { isZeroLed = digit == 0 }
        wholeDigits += 1
        if whole < 100_000_000_000_000_000 { whole = whole * 10 + Int64(digit) }
    }

    private mutating func take(_ mark: UInt8) {
        if marks >= 2 {
            if innerMark != lastMark { hasMixedMarks = true }
            if digitsBeforeLast == 2 { hasPairs = true } else if digitsBeforeLast != 3 { isBroken = true }
        }
        marks += 1
        innerMark = lastMark
        digitsBeforeLast = lastDigits
        lastMark = mark
        lastDigits = 0
    }

    /// Whether a mark is part of the number: a blank or an apostrophe only before a digit.
    private func isMarkHere(_ mark: UInt8, _ text: Span<UInt8>, _ next: Int) -> Bool {
        if mark == Byte.point || mark == Byte.comma { return true }
        return wholeDigits > 0 && next < text.count && text[next].digit <= 9
    }

    /// What follows the number, without blanks of any kind around it.
    func rest(_ text: Span<UInt8>) -> Range<Int> {
        var start = end
        while start < text.count {
            let (mark, length) = Self.mark(text, start)
            guard mark == Byte.space else { break }
            start += length
        }
        return text.trimmed(start..<text.count)
    }

    /// Whether the one mark is a decimal mark in one reading and separates thousands in the other.
    var hasTwoReadings: Bool {
        marks == 1 && (lastMark == Byte.point || lastMark == Byte.comma) && fits(.point) && fits(.comma)
    }

    /// Whether the number is well formed if `mark` is the decimal mark.
    func fits(_ mark: DecimalMark) -> Bool {
        guard marks > 0 else { return true }
        guard lastMark == mark.byte else { return groupsFit(all: true) && lastMark != 0 }
        if marks == 1 { return true }
        return innerMark != mark.byte && digitsBeforeLast == 3 && groupsFit(all: false)
    }

    /// Whether the marks separate thousands, or as in India first thousands and then hundreds of them.
    private func groupsFit(all: Bool) -> Bool {
        guard (1...3).contains(wholeDigits), !isZeroLed, !hasMixedMarks, !isBroken else { return false }
        guard all else { return !hasPairs || innerMark == Byte.comma }
        guard lastDigits == 3, marks == 1 || innerMark == lastMark else { return false }
        let isIndian = hasPairs || (marks > 1 && digitsBeforeLast == 2)
        guard marks == 1 || digitsBeforeLast == 3 || digitsBeforeLast == 2 else { return false }
        return !isIndian || lastMark == Byte.comma
    }

    /// Whether thousands are separated, if `mark` is the decimal mark.
    func hasGroups(_ mark: DecimalMark) -> Bool { marks > 1 || (marks == 1 && lastMark != mark.byte) }

    /// The mark between thousands, if `mark` is the decimal mark; 0 if there are none.
    func thousandsMark(_ mark: DecimalMark) -> UInt8 {
        lastMark != mark.byte ? lastMark : innerMark
    }

    /// The correctly rounded value, if `mark` is the decimal mark; nil if the number is not well formed then.
    func value(_ text: Span<UInt8>, _ mark: DecimalMark) -> Double? {
        guard fits(mark) else { return nil }
        var position = 0
        if let value = DecimalNumber.read(text, at: &position, mark.form), position == end { return value }
        var plain: [UInt8] = []
        plain.reserveCapacity(end)
        var at = Self.sign(text)
        if at > 0, text[0] != Byte.plus { plain.append(Byte.minus) }
        while at < end {
            let (separator, length) = Self.mark(text, at)
            if separator == 0 {
                plain.append(text[at])
            } else if separator == mark.byte {
                plain.append(Byte.point)
            }
            at += max(length, 1)
        }
        return DecimalNumber.read(whole: plain.span, .point)
    }
}

extension NumberShape {
    /// How many bytes the sign has: a plus, a minus, or U+2212, which is a minus too.
    private static func sign(_ text: Span<UInt8>) -> Int {
        guard text.count > 0 else { return 0 }
        if text[0] == Byte.minus || text[0] == Byte.plus { return 1 }
        return text.count > 3 && text[0] == 0xe2 && text[1] == 0x88 && text[2] == 0x92 ? 3 : 0
    }

    /// The mark that comes next, and how many bytes it has: a point, a comma, a blank for each kind of blank,
    /// an apostrophe for each kind of apostrophe; 0 if none does.
    private static func mark(_ text: Span<UInt8>, _ at: Int) -> (mark: UInt8, length: Int) {
        switch text[at] {
        case Byte.point, Byte.comma, Byte.apostrophe, Byte.space: return (text[at], 1)
        case 0xc2 where at + 1 < text.count && text[at + 1] == 0xa0: return (Byte.space, 2)
        case 0xe2 where at + 2 < text.count && text[at + 1] == 0x80:
            switch text[at + 2] {
            case 0xaf, 0x89: return (Byte.space, 3)
            case 0x98, 0x99: return (Byte.apostrophe, 3)
            default: return (0, 0)
            }
        default: return (0, 0)
        }
    }

    /// Where an exponent such as `e-3` ends; `at` if there is none.
    private static func exponentEnd(_ text: Span<UInt8>, _ at: Int) -> Int {
        guard at < text.count, text[at].lowercased == UInt8(ascii: "e") else { return at }
        var next = at + 1
        if next < text.count, text[next] == Byte.minus || text[next] == Byte.plus { next += 1 }
        let digits = next
        while next < text.count, text[next].digit <= 9 { next += 1 }
        return next > digits ? next : at
    }
}
