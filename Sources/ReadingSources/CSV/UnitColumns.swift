internal import Readings
internal import Text

/// A column of units, and the columns of values that they are of.
struct UnitColumn: Equatable {
    let column: Int
    let values: [Int]
}

/// Finds out of which values the units are that columns name.
///
/// A column of units belongs to the value that it is called like, `power_unit` and `Ch1_Unit` to `power` and
/// `Ch1_Value`; where there are several, else to the one on its left, or on its right if they come first. One
/// alone that has a unit and its thousandfold, such as W and kW, is of those values that are larger where the
/// unit is the smaller one: of `avg`, `min` and `max`, and not of a temperature beside them.
struct UnitColumnFinder {
    let form: SurveyedForm
    /// The columns of units.
    let units: [Int]
    /// All columns of numbers that have no unit of their own, whether they are asked for or not.
    let numbers: [Int]
    /// Those that may be values.
    let wanted: [Int]

    /// The columns of units, with the columns of their values.
    ///
    /// - Throws: ``ReadingsError`` with `unitsDiffer` if one has units of several sizes, and no value is
    ///   certain to be in them.
    func find() throws(ReadingsError) -> [UnitColumn] {
        guard units.count > 1 else {
            guard let unit = units.first else { return [] }
            return [UnitColumn(column: unit, values: try values(of: unit))]
        }
        var owners: [Int: Int] = [:]
        for unit in units { owners[unit] = namesake(of: unit, alone: false) }
        let rest = units.filter { owners[$0] == nil }
        let areBehind = rest.allSatisfy { isFree($0 - 1, owners) }
        for unit in rest where isFree(areBehind ? unit - 1 : unit + 1, owners) {
            owners[unit] = areBehind ? unit - 1 : unit + 1
        }
        for unit in rest where owners[unit] == nil && form.hasSizes(unit) { throw unclear(unit) }
        return owners.sorted { $0.key < $1.key }.map { UnitColumn(column: $0.key, values: [$0.value]) }
    }

    private func isFree(_ column: Int, _ owners: [Int: Int]) -> Bool {
        numbers.contains(column) && !owners.values.contains(column)
    }

    // MARK: One column of units

    private func values(of unit: Int) throws(ReadingsError) -> [Int] {
        if let owner = namesake(of: unit, alone: true) { return [owner] }
        if wanted.count == 1, let value = wanted.first {
            let isOfOther = numbers.contains(unit - 1) && unit - 1 != value && isIn(value, unit) == false
            return isOfOther ? [unit - 1] : [value]
        }
        let called = wanted.filter { ColumnNames.isValue(form.shape.writtenNames[$0]) }
        let beside = wanted.filter { $0 == unit - 1 }
        let likely = [called, beside].first { $0.count == 1 } ?? []
        guard form.hasSizes(unit) else { return likely }
        let evidence = wanted.map { ($0, isIn($0, unit)) }
        let certain = evidence.filter { $0.1 == true }.map(\.0)
        // Those that are mostly zero show nothing; they are like the others if no other one contradicts.
        if !certain.isEmpty { return evidence.contains { $0.1 == false } ? certain : wanted }
        guard likely.isEmpty, !wanted.isEmpty else { return likely }
        throw unclear(unit)
    }

    private func unclear(_ unit: Int) -> ReadingsError {
        let words = form.columns[unit].values.commonest.prefix(4).map { "`\($0.word)`" }
        let values = wanted.prefix(4).map { "`\(form.shape.names[$0])`" }
        return ReadingsError(
            .unitsDiffer,
            file: form.file,
            line: form.shape.headerLine,
            column: form.shape.names[unit].text,
            "the column `\(form.shape.names[unit])` has units of several sizes (\(words.joined(separator: ", "))), and "
                + "nothing says of which column (\(values.joined(separator: ", "))): --value COLUMN takes one value and "
                + "applies them, or call the column like its value, such as `power` and `power unit`"
        )
    }

    /// Whether the numbers of a column are in these units: at least three times larger in rows of the smaller
    /// unit. Nil if the first rows do not show it.
    private func isIn(_ value: Int, _ unit: Int) -> Bool? {
        var sizes: [Unit: [Double]] = [:]
        for (cell, word) in zip(form.sample.cells(value), form.sample.cells(unit)) {
            let number = Double(cell.replacing(",", with: ".")).map(\.magnitude)
            if let number, number > 0, let unit = Unit(cell: word) { sizes[unit, default: []].append(number) }
        }
        let medians = sizes.mapValues { $0.sorted()[$0.count / 2] }
        let pairs = medians.flatMap { small in
            medians.filter { large in
                small.key.measures(like: large.key) && small.key.convert(1, to: large.key) < 1
            }.map { (small.value, $0.value) }
        }
        return pairs.isEmpty ? nil : pairs.allSatisfy { $0.0 >= 3 * $0.1 }
    }

    // MARK: Names

    /// The one column of numbers that a column of units is called like.
    private func namesake(of unit: Int, alone isAlone: Bool) -> Int? {
        let all = UnitNames.parts(form.shape.names[unit].text)
        let own = all.filter(UnitNames.isOfValue)
        // A column called `unit` alone is of all values.
        guard !own.isEmpty || !isAlone else { return nil }
        let parts = Dictionary(
            uniqueKeysWithValues: numbers.map { ($0, UnitNames.parts(form.shape.names[$0].text)) }
        )
        let same = numbers.filter { !own.isEmpty && parts[$0] == own }
        if same.count == 1 { return same[0] }
        let called = numbers.filter { parts[$0]?.filter { !UnitNames.values.contains($0) } == own }
        if called.count == 1 { return called[0] }
        let written = form.shape.writtenNames[unit]
        guard UnitNames.parts(written).contains(where: UnitNames.isOfValue) else { return nil }
        let plain = ColumnNames.plain(written)
        let begun = numbers.filter {
            let name = ColumnNames.plain(form.shape.writtenNames[$0])
            return !name.isEmpty && plain.hasPrefix(name)
        }
        return begun.count == 1 ? begun[0] : nil
    }
}

/// The names of columns of units.
enum UnitNames {
    /// Words that say that a column holds units.
    static let words: Set<String> = [
        "unit", "units", "uom", "einheit", "einheiten", "unita", "unità", "unite", "unité", "unidad",
        "eenheid",
    ]

    /// Words beside them that name no value, as in `unit of measure`.
    static let fillers: Set<String> = ["of", "measure", "measurement", "code"]

    /// Words that say that a column holds values.
    static let values: Set<String> = [
        "value", "values", "val", "reading", "wert", "messwert", "valore", "valeur", "valor", "waarde",
        "measurement",
    ]

    /// Whether a word in the name of a column of units says of which value they are.
    static func isOfValue(_ word: String) -> Bool { !words.contains(word) && !fillers.contains(word) }

    /// Whether a word of a name is one of units.
    static func isNamed(_ name: String) -> Bool {
        parts(name).contains(where: words.contains)
    }

    /// A name without the unit at its end, in the form in which names are compared.
    static func withoutUnit(_ name: String) -> String {
        let end = name.hasSuffix("]") || name.hasSuffix(")") ? name.dropLast() : name[...]
        let unit = end.split(whereSeparator: { " _([/".contains($0) }).last
        return ColumnNames.plain(String(end.dropLast(unit?.count ?? 0)))
    }

    /// The words and numbers of a name, in lower case: `Ch1_Unit` has `ch`, `1` and `unit`.
    static func parts(_ name: String) -> [String] {
        var parts: [String] = [""]
        var last: Character = " "
        for letter in name {
            let isOther = letter.isNumber != last.isNumber || (letter.isUppercase && last.isLowercase)
            if !letter.isLetter, !letter.isNumber {
                parts.append("")
            } else if isOther {
                parts.append(letter.lowercased())
            } else {
                parts[parts.count - 1] += letter.lowercased()
            }
            last = letter
        }
        return parts.filter { !$0.isEmpty }
    }
}

extension Unit {
    /// The unit that a cell of a column of units names, where capitals are often missing, and meters write
    /// `V AC` for what kind of voltage it is.
    init?(cell: String) {
        let words = cell.split(separator: " ")
        let isOfKind = words.count == 2 && ["AC", "DC", "RMS", "ac", "dc", "rms", "~"].contains(words[1])
        let word = isOfKind ? String(words[0]) : cell
        let letters = ["w": "W", "v": "V", "a": "A", "L": "l"]
        guard let unit = Unit(letters[word] ?? word) else { return nil }
        self = unit
    }
}

extension SurveyedForm {
    /// What columns of units are called.
    private static let unitNames: Set<String> = [
        "unit", "units", "uom", "unitofmeasure", "unitofmeasurement", "einheit", "unita", "unità", "unite",
        "unité", "unidad", "eenheid", "unitcode", "measurementunit", "unidadmedida", "meteringunit",
    ]

    /// Whether a column has a unit and another one of its kind, such as W and kW.
    func hasSizes(_ unit: Int) -> Bool {
        let known = Set(columns[unit].values.commonest.compactMap { Unit(cell: $0.word) })
        return known.contains { one in known.contains { one != $0 && one.measures(like: $0) } }
    }

    /// Whether a column holds the unit of each row's value.
    func isUnits(_ column: Int) -> Bool {
        guard shape.headerLine != nil, column < shape.writtenNames.count, sample.isText(column) else {
            return false
        }
        let evidence = columns[column]
        guard evidence.present > 0, evidence.values.isComplete, evidence.distinct <= 32 else { return false }
        let words = evidence.values.commonest.map(\.word).filter {
            !MissingWords().contains(Array($0.utf8).span)
        }
        let units = words.compactMap { Unit(cell: $0) }
        if Self.unitNames.contains(ColumnNames.plain(shape.writtenNames[column])) {
            return units.count * 2 >= words.count && !units.isEmpty
        }
        guard units.count == words.count, !units.isEmpty else { return false }
        if UnitNames.isNamed(shape.writtenNames[column]) { return true }
        // Letters alone may mean anything; W beside kW does not.
        return words.allSatisfy { $0.count > 1 }
            || units.contains { one in units.contains { one != $0 && one.measures(like: $0) } }
    }
}
