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
    /// The conversion of the row that is read.
    private var current: (from: Unit, to: Unit)?
    /// The channels whose unit is known beforehand.
    private let known: Set<Int>
    /// The words that mean that a cell says nothing.
    private let missing: MissingWords

    /// The place of the value whose units they are.
    private let value: Int

    init(
        _ layout: Layout,
        _ units: (column: Int, value: Int),
        file: String,
        targets: [Int: [Unit]],
        known: Set<Int>,
        missing: MissingWords
    ) {
        (column, value) = units
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
        let channel = quantity ?? value
        current = nil
        guard column < fields.count else { return false }
        let cell = bytes.extracting(bytes.trimmed(fields[column]))
        guard !missing.contains(cell) else { return false }
        let unit = unit(cell)
        try require(unit, cell, of: meter << 10 | channel, line: line)
        guard let unit else { return true }
        if let target = targets[channel]?.first(where: { $0.measures(like: unit) }) {
            guard target != unit else { return true }
            current = (unit, target)
            if converted.count < 32 { converted.insert([unit.symbol, target.symbol]) }
        } else if known.contains(channel), let target = targets[channel]?.first {
            throw error(
                "rows are in \(unit.symbol), and the index has \(target.symbol), which is another quantity",
                line
            )
        } else {
            targets[channel, default: []].append(unit)
        }
        return true
    }

    /// A value of the row in the unit of its channel.
    func convert(_ value: Double) -> Double {
        guard let current, !value.isNaN else { return value }
        return current.from.convert(value, to: current.to)
    }

    private mutating func unit(_ cell: Span<UInt8>) -> Unit? {
        let hash = cell.cellHash
        if let known = units[hash] { return known }
        let unit = Unit(parsing: cell)
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

extension SurveyedForm {
    /// What columns of units are called.
    private static let unitNames: Set<String> = [
        "unit", "units", "uom", "unitofmeasure", "unitofmeasurement", "einheit", "unita", "unità", "unite",
        "unité", "unidad", "eenheid", "unitcode", "measurementunit", "unidadmedida", "meteringunit",
    ]

    /// Whether a column holds the unit of each row's value.
    func isUnits(_ column: Int) -> Bool {
        let evidence = columns[column]
        guard shape.headerLine != nil, column < shape.writtenNames.count, evidence.present > 0,
            evidence.values.isComplete, evidence.distinct <= 32, sample.isText(column)
        else { return false }
        let words = evidence.values.commonest.map(\.word).filter {
            !MissingWords().contains(Array($0.utf8).span)
        }
        let known = words.count { Unit($0) != nil }
        if Self.unitNames.contains(ColumnNames.plain(shape.writtenNames[column])) {
            return known * 2 >= words.count && known > 0
        }
        return known == words.count && words.allSatisfy { $0.count > 1 }
    }
}
