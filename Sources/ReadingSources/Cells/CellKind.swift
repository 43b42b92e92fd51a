internal import Readings
internal import Text

/// What one cell is, as far as one cell can say it.
enum CellKind {
    /// It means a missing value.
    case missing
    /// A number, with the unit behind it.
    case number(NumberShape, Unit?)
    /// A stamp, or a time of day.
    case stamp(StampParts)
    /// A number that may be a stamp, such as `20240131` or `9.30`.
    case either(NumberShape, StampParts)
    /// A number with something behind it that is no unit; where that begins.
    case marked(Int)
    /// Any other text.
    case word

    /// Classifies a cell that is not empty.
    ///
    /// - Parameters:
    ///   - missing: the words that mean a missing value.
    ///   - isClock: whether all numbers of the column so far may be times of day such as `9.30`.
    ///   - before: what another cell of the column is, which tells what to try first.
    init(_ cell: Span<UInt8>, missing: MissingWords, isClock: Bool, after before: CellKind) {
        // A date with marks is no number, so that a column of dates is read once.
        if case .stamp = before, let parts = StampParts(cell), parts.hasMarks {
            self = .stamp(parts)
            return
        }
        let shape = NumberShape(cell).flatMap { $0.fits(.point) || $0.fits(.comma) ? $0 : nil }
        if let shape, let kind = CellKind(shape, cell, missing: missing, isClock: isClock) {
            self = kind
        } else if let parts = StampParts(cell) {
            self = .stamp(parts)
        } else if missing.contains(cell) {
            self = .missing
        } else {
            self = shape.map { .marked($0.rest(cell).lowerBound) } ?? .word
        }
    }

    /// Classifies a cell that begins with a number; nil if something follows it that is no unit.
    private init?(_ shape: NumberShape, _ cell: Span<UInt8>, missing: MissingWords, isClock: Bool) {
        let rest = cell.extracting(shape.rest(cell))
        guard rest.isEmpty else {
            guard rest[0].digit > 9, rest[0] != Byte.minus, rest[0] != Byte.colon,
                let unit = Unit(parsing: rest)
            else { return nil }
            self = .number(shape, unit)
            return
        }
        if missing.hasNumbers, let number = shape.value(cell, shape.fits(.point) ? .point : .comma),
            missing.contains(number)
        {
            self = .missing
            return
        }
        // As long as the shortest date of digits alone; or a time of day with a point.
        let mayBeBare = shape.wholeDigits >= 8
        let mayBeClock = isClock && shape.marks == 1 && shape.lastDigits == 2 && shape.wholeDigits <= 2
        if mayBeBare, let parts = StampParts(cell) {
            self = .either(shape, parts)
        } else if mayBeClock, let parts = StampParts(clock: cell) {
            self = .either(shape, parts)
        } else {
            self = .number(shape, nil)
        }
    }
}
