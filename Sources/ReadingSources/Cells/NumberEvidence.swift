// Whether `1,155` is a thousand or one, on all cells of a column. The rules are in `decimalMarks`, the
// strongest first.

internal import Readings
internal import Text

/// What the caller, the file and its other columns say of a column of numbers.
public struct NumberOptions: Sendable {
    /// The decimal mark, if the caller names it.
    public var decimal: DecimalMark?
    /// The byte between fields. A semicolon stands where the comma is the decimal mark.
    public var delimiter: UInt8 = UInt8(ascii: ",")
    /// The decimal mark that other columns of the file have without doubt.
    public var decimalBeside: DecimalMark?
    /// Whether another column has the units of the numbers, of several sizes, such as W and kW.
    public var hasUnitsBeside = false
    /// The unit to convert to; nil for the commonest in the column.
    public var unit: Unit?
    /// The words that mean a missing value.
    public var missing = MissingWords()

    /// Nothing is said.
    public init() {}
}

/// What the numbers of a column are.
public enum NumberReading: Equatable, Sendable {
    /// The column is not one of numbers.
    case no
    /// Every cell is read in this format.
    case one(NumberFormat)
    /// The decimal mark stays open: `--decimal` decides. The cell is one that means two numbers.
    case open([NumberFormat], example: String)
}

extension NumberReading {
    /// The same, with marks around some of the numbers.
    func with(_ marks: NumberMarks) -> NumberReading {
        func marked(_ format: NumberFormat) -> NumberFormat {
            var format = format
            format.marks = marks
            // A is a mark then.
            if marks.isActual { (format.unit, format.hasSeveralUnits) = (nil, false) }
            return format
        }
        switch self {
        case .no: return .no
        case .one(let format): return .one(marked(format))
        case .open(let formats, let example): return .open(formats.map(marked), example: example)
        }
    }
}

/// What the cells of a column show of how its numbers are written.
package struct NumberEvidence: Sendable {
    /// What one of the two marks is seen to be.
    private struct Mark {
        /// Cells in which it can only be the decimal mark.
        var decimal = 0
        /// Cells in which it can only separate thousands.
        var thousands = 0
        /// Cells in which it can be both, and the largest number before it.
        var either = 0
        var largestWhole: Int64 = 0

        mutating func take(either whole: Int64, times: Int) {
            either += times
            largestWhole = max(largestWhole, whole)
        }

        mutating func merge(_ other: Mark) {
            decimal += other.decimal
            thousands += other.thousands
            either += other.either
            largestWhole = max(largestWhole, other.largestWhole)
        }
    }

    /// Cells that are numbers in one reading at least.
    package private(set) var count = 0
    private var point = Mark()
    private var comma = Mark()
    /// Cells with thousands that neither a point nor a comma separates.
    private var otherThousands = 0
    /// Whole numbers without marks and units, and their range.
    package private(set) var plain = 0
    package private(set) var plainRange: ClosedRange<Int64>?
    /// Those that can be hours and minutes, such as 930, and those of four digits.
    package private(set) var minutesFit = 0
    package private(set) var ofFourDigits = 0
    /// Those that can be hours, minutes and seconds, such as 93000.
    package private(set) var secondsFit = 0
    private var units: [Unit: Int] = [:]
    private var example: [UInt8] = []

    package init() {}

    /// The units in the cells, the commonest first.
    package var commonestUnits: [(unit: Unit, count: Int)] {
        units.map { (unit: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.unit.symbol) < ($0.count, $1.unit.symbol) }
    }

    /// Takes a number into account that comes so many times, and the unit after it.
    mutating func note(_ shape: NumberShape, _ unit: Unit?, _ cell: Span<UInt8>, times: Int) {
        count += times
        if let unit { units[unit, default: 0] += times }
        if shape.marks == 0 {
            notePlain(shape.whole, digits: shape.wholeDigits, hasUnit: unit != nil, times)
        } else if shape.hasTwoReadings {
            noteEither(shape.lastMark, shape.whole, cell, times)
        } else {
            noteMarks(shape, times)
        }
    }

    /// Takes a number of few digits into account.
    mutating func note(_ number: PlainNumber, _ cell: Span<UInt8>, times: Int) {
        count += times
        if number.mark == 0 {
            notePlain(number.whole, digits: number.wholeDigits, hasUnit: false, times)
        } else if number.hasTwoReadings {
            noteEither(number.mark, number.whole, cell, times)
        } else if number.mark == Byte.point {
            point.decimal += times
        } else {
            comma.decimal += times
        }
    }

    private mutating func notePlain(_ whole: Int64, digits: Int, hasUnit: Bool, _ times: Int) {
        plain += times
        let range = plainRange ?? whole...whole
        if !range.contains(whole) || plainRange == nil {
            plainRange = min(range.lowerBound, whole)...max(range.upperBound, whole)
        }
        guard !hasUnit else { return }
        if whole <= 2_400, whole % 100 < 60 { minutesFit += times }
        if digits == 4 { ofFourDigits += times }
        if whole <= 240_000, whole % 100 < 60, whole / 100 % 100 < 60 { secondsFit += times }
    }

    /// Takes a number into account whose one mark has two readings.
    private mutating func noteEither(_ mark: UInt8, _ whole: Int64, _ cell: Span<UInt8>, _ times: Int) {
        if point.either + comma.either == 0 { example = (0..<cell.count).map { cell[$0] } }
        if mark == Byte.point {
            point.take(either: whole, times: times)
        } else {
            comma.take(either: whole, times: times)
        }
    }

    /// Takes a number into account whose marks have one reading.
    private mutating func noteMarks(_ shape: NumberShape, _ times: Int) {
        if shape.fits(.point), shape.fits(.comma) {
            otherThousands += times
        } else if shape.fits(.point) {
            if shape.lastMark == Byte.point { point.decimal += times }
            if shape.hasGroups(.point) { takeThousands(shape, .point, times) }
        } else {
            if shape.lastMark == Byte.comma { comma.decimal += times }
            if shape.hasGroups(.comma) { takeThousands(shape, .comma, times) }
        }
    }

    /// Takes the marks between thousands into account, if `decimal` is the decimal mark.
    private mutating func takeThousands(_ shape: NumberShape, _ decimal: DecimalMark, _ times: Int) {
        switch shape.thousandsMark(decimal) {
        case Byte.point: point.thousands += times
        case Byte.comma: comma.thousands += times
        default: otherThousands += times
        }
    }

    /// Takes another file's evidence into account.
    package mutating func merge(_ other: NumberEvidence) {
        if point.either + comma.either == 0 { example = other.example }
        count += other.count
        point.merge(other.point)
        comma.merge(other.comma)
        otherThousands += other.otherThousands
        plain += other.plain
        if let range = other.plainRange {
            let own = plainRange ?? range
            plainRange = min(own.lowerBound, range.lowerBound)...max(own.upperBound, range.upperBound)
        }
        minutesFit += other.minutesFit
        ofFourDigits += other.ofFourDigits
        secondsFit += other.secondsFit
        units.merge(other.units, uniquingKeysWith: +)
    }
}

extension NumberEvidence {
    /// The decimal mark that these cells alone show without doubt; nil if they do not.
    package var certainDecimal: DecimalMark? {
        let (forPoint, forComma) = (point.decimal + comma.thousands, comma.decimal + point.thousands)
        if forPoint > 0, forComma * 100 <= forPoint { return .point }
        if forComma > 0, forPoint * 100 <= forComma { return .comma }
        return nil
    }

    /// The decimal marks that are possible, the likelier first; one if it is decided.
    ///
    /// 1. What the caller says.
    /// 2. Cells of one reading, such as `0.5`, `1.155,70`, `1.155.000`: if they agree, but for one in a
    ///    hundred.
    /// 3. Whole numbers above 999 without a mark: so no mark separates thousands.
    /// 4. Whole numbers up to the hundreds without a mark, while all others have three digits behind the
    ///    mark, and are a tenth of them or less if it is a decimal mark: the values cross a thousand, and it
    ///    separates thousands. Not where cells, or a column beside them, have several units: 919 W and 1.155
    ///    kW are of one size.
    /// 5. What other columns of the file have.
    /// 6. The comma between fields is no decimal mark, and beside a semicolon the comma is one.
    func decimalMarks(_ options: NumberOptions) -> [DecimalMark] {
        if let decimal = options.decimal { return [decimal] }
        if let decimal = certainDecimal { return [decimal] }
        if point.decimal + comma.decimal + point.thousands + comma.thousands > 0 { return [.point, .comma] }
        guard point.either + comma.either > 0 else {
            return [options.decimalBeside ?? (options.delimiter == Byte.semicolon ? .comma : .point)]
        }
        guard point.either == 0 || comma.either == 0 else { return [.point, .comma] }
        let mark: DecimalMark = point.either > 0 ? .point : .comma
        let largest = max(point.largestWhole, comma.largestWhole)
        if let range = plainRange {
            if range.upperBound > 999 { return [mark] }
            let crossesThousand = range.upperBound > 99 && largest * 10 <= range.upperBound
            if crossesThousand, units.count < 2, !options.hasUnitsBeside { return [mark.other] }
        }
        if let decimal = options.decimalBeside { return [decimal] }
        if mark == .point, options.delimiter == Byte.comma { return [.point] }
        if mark == .comma, options.delimiter == Byte.semicolon { return [.comma] }
        return [mark, mark.other]
    }

    /// How the numbers are written, in a column of `count` cells that are not missing.
    package func reading(of count: Int, _ options: NumberOptions) -> NumberReading {
        guard self.count * 2 > count else { return .no }
        let formats = decimalMarks(options).map { format(decimal: $0, options) }
        return formats.count == 1 ? .one(formats[0]) : .open(formats, example: exampleText)
    }

    private var exampleText: String { String(decoding: example, as: UTF8.self) }

    private func format(decimal: DecimalMark, _ options: NumberOptions) -> NumberFormat {
        let thousands = decimal == .point ? comma : point
        let commonest = commonestUnits
        let unit = options.unit ?? commonest.first?.unit
        return NumberFormat(
            decimal: decimal,
            hasThousands: otherThousands + thousands.thousands + thousands.either > 0,
            unit: unit,
            hasSeveralUnits: commonest.contains {
                unit?.measures(like: $0.unit) == true && $0.unit != commonest[0].unit
            },
            missing: options.missing
        )
    }
}
