internal import Readings
internal import Text

/// A cell of one of the forms that nearly all cells have, which is classified in one look: a stamp with its
/// parts at fixed places, and up to seven digits with at most one mark behind them.
///
/// ``CellKind`` says the same of such a cell, several times slower.
enum QuickCell: Sendable {
    case stamp(StampParts.Day, FixedClock)
    case number(PlainNumber)

    /// Looks at a cell; nil if it needs a closer look.
    ///
    /// - Parameters:
    ///   - date: the dates of this column.
    ///   - isClock: whether `9.30` may be a time of day here.
    ///   - takesNumbers: whether numbers are numbers: none of them means a missing value.
    @inline(__always)
    init?(_ cell: Span<UInt8>, _ date: inout FixedDate, isClock: Bool, takesNumbers: Bool) {
        if let clock = FixedClock(cell) {
            guard let day = date.read(cell) else { return nil }
            self = .stamp(day, clock)
            return
        }
        guard takesNumbers, let number = PlainNumber(cell), !isClock || !number.mayBeClock else { return nil }
        self = .number(number)
    }
}

/// A number of few digits: `327`, `-0.5`, `1,155`.
struct PlainNumber: Equatable, Sendable {
    /// The digits before the mark, as a number.
    private(set) var whole: Int64 = 0
    private(set) var wholeDigits = 0
    /// The point or comma between the digits; 0 if there is none.
    private(set) var mark: UInt8 = 0
    /// The digits behind the mark.
    private(set) var decimals = 0
    private var isZeroLed = false

    /// One digit less than the shortest date without marks.
    private static let mostDigits = 7

    /// Reads a cell that is such a number and nothing else; nil for any other.
    @inline(__always)
    init?(_ text: Span<UInt8>) {
        let count = text.count
        guard count > 0, count <= 24 else { return nil }
        var at = text[0] == Byte.minus || text[0] == Byte.plus ? 1 : 0
        let start = at
        while at < count, text[at].digit <= 9 {
            whole = whole * 10 + Int64(text[at].digit)
            at += 1
            if at - start > Self.mostDigits { return nil }
        }
        wholeDigits = at - start
        guard wholeDigits > 0 else { return nil }
        isZeroLed = text[start] == Byte.zero
        guard at < count else { return }
        mark = text[at]
        guard mark == Byte.point || mark == Byte.comma else { return nil }
        at += 1
        decimals = count - at
        guard decimals > 0 else { return nil }
        while at < count {
            guard text[at].digit <= 9 else { return nil }
            at += 1
        }
    }

    /// Whether the mark may be a decimal mark and may separate thousands.
    var hasTwoReadings: Bool { mark != 0 && decimals == 3 && wholeDigits <= 3 && !isZeroLed }

    /// Whether the number may be a time of day.
    var mayBeClock: Bool { mark != 0 && decimals == 2 && wholeDigits <= 2 }
}
