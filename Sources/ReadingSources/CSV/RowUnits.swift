internal import Readings
internal import Text

/// The units of a file whose rows name them, in a column of their own.
///
/// Each channel is given in one unit of a quantity: that which the index has, else the first that occurs.
struct RowUnits {
    /// The column of units.
    let column: Int
    private let name: String
    private let file: String
    private let key: String
    /// The units that each channel is given in; several only if meters have different quantities.
    private(set) var targets: [Int: [Unit]]
    /// The units that were converted, with those that they were converted to.
    private(set) var converted: Set<[String]> = []
    /// The units by their cells; nil for those that are not known.
    private var units: [UInt64: Unit?] = [:]
    /// What the rows of a series are in.
    private var series: [Int: (word: String, unit: Unit?)] = [:]
    /// The unit of the row that is read; nil if it names none that is known.
    private var current: Unit?
    /// The channels whose unit is known beforehand.
    private let known: Set<Int>
    /// The words that mean that a cell says nothing.
    private let missing: MissingWords

    /// The places of the values whose units they are.
    let values: [Int]

    init(
        _ layout: Layout,
        _ units: UnitColumn,
        file: String,
        targets: [Int: [Unit]],
        known: Set<Int>,
        missing: MissingWords
    ) {
        (column, values) = (units.column, units.values)
        self.missing = missing
        self.file = file
        self.targets = targets
        self.known = known
        name = layout.header[units.column]
        key = layout.meter.map { "--meter " + layout.header[$0].optionWord + " " }.joined()
    }

    /// Takes the unit of a row into account, before its values are converted.
    ///
    /// - Parameter quantity: the channel, if a column names it.
    /// - Returns: false if the row names no unit.
    /// - Throws: ``ReadingsError`` with `unitsDiffer` if the rows of a series are of several quantities.
    mutating func begin(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        meter: Int,
        quantity: Int?,
        line: Int
    ) throws(ReadingsError) -> Bool {
        current = nil
        guard column < fields.count else { return false }
        let cell = bytes.extracting(bytes.trimmed(fields[column]))
        guard !missing.contains(cell) else { return false }
        let unit = unit(cell)
        try require(unit, cell, of: meter << 10 | (quantity ?? values[0]), line: line)
        guard let unit else { return true }
        current = unit
        if let quantity {
            try settle(unit, quantity, line)
        } else {
            for value in values { try settle(unit, value, line) }
        }
        return true
    }

    /// Takes a channel's unit into account.
    private mutating func settle(_ unit: Unit, _ channel: Int, _ line: Int) throws(ReadingsError) {
        if let target = targets[channel]?.first(where: { $0.measures(like: unit) }) {
            if target != unit, converted.count < 32 { converted.insert([unit.symbol, target.symbol]) }
        } else if known.contains(channel), let target = targets[channel]?.first {
            throw error(
                "rows are in \(unit.symbol), and the index has \(target.symbol), which is another quantity",
                line
            )
        } else {
            targets[channel, default: []].append(unit)
        }
    }

    /// A value of the row in the unit of its channel.
    func convert(_ value: Double, of channel: Int) -> Double {
        guard let current, !value.isNaN,
            let target = targets[channel]?.first(where: { $0.measures(like: current) }), target != current
        else { return value }
        return current.convert(value, to: target)
    }

    private mutating func unit(_ cell: Span<UInt8>) -> Unit? {
        let hash = cell.cellHash
        if let known = units[hash] { return known }
        let unit = Unit(cell: cell.text)
        if units.count < 256 { units[hash] = .some(unit) }
        return unit
    }

    private mutating func require(
        _ unit: Unit?,
        _ cell: Span<UInt8>,
        of number: Int,
        line: Int
    ) throws(ReadingsError) {
        guard let known = series[number] else {
            series[number] = (cell.text, unit)
            return
        }
        if let unit, let own = known.unit, unit.measures(like: own) { return }
        guard unit != nil || known.unit != nil || known.word != cell.text else { return }
        throw differ("in `\(known.word)` and in `\(cell.text)`, which are different quantities", line)
    }

    private func differ(_ what: String, _ line: Int) -> ReadingsError {
        error(
            "rows of one series are \(what): give \(key)--channel \(name.optionWord) if each unit is a quantity of its own, "
                + "or --meter COLUMN for the column that tells the series apart",
            line
        )
    }

    private func error(_ sentence: String, _ line: Int) -> ReadingsError {
        ReadingsError(.unitsDiffer, file: file, line: line, column: name, sentence)
    }
}

extension String {
    /// The text as a word of an option.
    fileprivate var optionWord: String {
        contains { !$0.isLetter && !$0.isNumber && $0 != "_" } ? "\"\(self)\"" : self
    }
}
