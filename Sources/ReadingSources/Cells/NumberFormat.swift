// How a whole column writes its numbers. It is decided once, on all cells.

internal import Readings
internal import Text

/// What the cell of a value holds.
public enum NumberCell: Equatable, Sendable {
    /// A number that a reading may have, in the unit of the column.
    case number(Double)
    /// A missing value.
    case missing
    /// Any other text.
    case notANumber
    /// An infinite number, written as such.
    case infinite
    /// A number beyond ``DecimalNumber/largestMagnitude``.
    case tooLarge
}

/// How the numbers of one column are written.
public struct NumberFormat: Equatable, Sendable {
    /// The mark before the decimals.
    public var decimal: DecimalMark
    /// Whether thousands are separated in the column. Where they are not, `1,155` is no number.
    public var hasThousands: Bool
    /// The unit in which values are given; nil if the cells name none.
    public var unit: Unit?
    /// Whether the cells name several units. Then a number without one, other than 0, is no number.
    public var hasSeveralUnits: Bool
    /// The words that mean a missing value.
    public var missing: MissingWords
    /// What stands around some of the numbers; nil if nothing does.
    public var marks: NumberMarks?

    /// A format of plain numbers.
    public init(
        decimal: DecimalMark = .point,
        hasThousands: Bool = false,
        unit: Unit? = nil,
        hasSeveralUnits: Bool = false,
        missing: MissingWords = MissingWords()
    ) {
        self.decimal = decimal
        self.hasThousands = hasThousands
        self.unit = unit
        self.hasSeveralUnits = hasSeveralUnits
        self.missing = missing
    }

    /// Reads a cell without blanks and quotes around it.
    public func read(_ cell: Span<UInt8>) -> NumberCell {
        if let value = DecimalNumber.read(whole: cell, decimal.form) { return checked(value, in: nil) }
        if let shape = NumberShape(cell), hasThousands || !shape.hasGroups(decimal),
            let value = shape.value(cell, decimal)
        {
            let rest = cell.extracting(shape.rest(cell))
            if rest.isEmpty { return checked(value, in: nil) }
            if let unit, let own = Unit(parsing: rest), own.measures(like: unit) {
                return checked(value, in: own)
            }
        }
        if let marks, let value = marks.read(cell, self) { return checked(value, in: unit) }
        return missing.contains(cell) ? .missing : Self.isInfinite(cell) ? .infinite : .notANumber
    }

    private func checked(_ value: Double, in own: Unit?) -> NumberCell {
        if missing.contains(value) { return .missing }
        if own == nil, hasSeveralUnits, value != 0 { return .notANumber }
        let converted = if let own, let unit { own.convert(value, to: unit) } else { value }
        return converted.magnitude <= DecimalNumber.largestMagnitude ? .number(converted) : .tooLarge
    }

    private static func isInfinite(_ cell: Span<UInt8>) -> Bool {
        let isSigned = cell.count > 0 && (cell[0] == Byte.minus || cell[0] == Byte.plus)
        let bare = cell.extracting((isSigned ? 1 : 0)..<cell.count)
        return bare.equals("inf") || bare.equals("infinity") || bare.equals("1.#inf") || bare.text == "∞"
    }
}

extension NumberFormat: CustomStringConvertible {
    /// For a sentence: `a decimal comma and thousands, in kW`; empty if the numbers are plain.
    public var description: String {
        let marks = [decimal == .comma ? "a decimal comma" : nil, hasThousands ? "thousands" : nil]
            .compactMap(\.self).joined(separator: " and ")
        let others = [self.marks?.description, unit.map { "in \($0.symbol)" }].compactMap(\.self)
        return (marks.isEmpty ? others : [marks] + others).joined(separator: ", ")
    }
}
