internal import Readings
internal import Text

// Columns that are called like something that their cells are not, and what is said of them.

extension FormDecision {
    /// The column of labels; nil if there is none, or the one that is called `label` names something.
    func labelColumn() -> Int? {
        guard let column = column(like: first?.label?.name, among: ColumnNames.label) else { return nil }
        return names[column] != first?.label?.name && form.isNaming(column) ? nil : column
    }

    /// What is said of a column called `label` that is none.
    func namingNotes(_ label: Int?) -> [String] {
        guard label == nil else { return [] }
        return names.indices.filter { form.isFree($0) && form.isNaming($0) }.map {
            "`\(names[$0])` has no word for normal or anomalous in any row, and is text; --label \(names[$0]) takes it as labels"
        }
    }

    /// The column with the unit of each row's value, and which value that is; nil if there is none.
    func unitsColumn(among values: [Layout.Value]) -> (column: Int, value: Int)? {
        let places = values.indices.filter { values[$0].unit == nil && values[$0].state == nil }
        guard !choice.wide, !places.isEmpty else { return nil }
        let others = Set(form.times.all + values.map(\.column) + [key.channel].compactMap(\.self))
        let found = names.indices.filter {
            !others.contains($0) && form.times.others[$0] == nil && form.isUnits($0)
        }
        guard found.count == 1 else { return nil }
        if places.count == 1 || form.days != nil { return (found[0], places[0]) }
        let written = form.shape.writtenNames
        let plain = ColumnNames.plain(written[found[0]])
        let named = places.filter { plain.hasPrefix(ColumnNames.plain(written[values[$0].column])) }
        let called = places.filter { ColumnNames.isValue(written[values[$0].column]) }
        let beside = places.filter { values[$0].column == found[0] - 1 }
        return [named, called, beside].first { $0.count == 1 }.map { (found[0], $0[0]) }
    }

    static let mayBeOffset = "may be an offset, and is not applied to the times"

    /// Says of columns beside the values what they are there for.
    func explainColumns(_ leftOut: inout [Int: String], _ placing: StampPlacing?, _ units: Int?) {
        if let offsets = form.telling.offsets, leftOut[offsets.column] != nil {
            if case .column? = placing {
                leftOut[offsets.column] = "holds the offsets of the times, which are applied"
            } else {
                leftOut[offsets.column] =
                    form.columns[offsets.column].isConstant
                    ? Self.mayBeOffset : "holds no offset in some rows"
            }
        }
        if let units { leftOut[units] = "holds the units of the values, which are applied" }
    }
}

extension SampledColumns {
    /// Whether a column called `label` names something: it is mostly filled, and no cell of the sample says
    /// normal or anomalous.
    func isNaming(_ column: Int) -> Bool {
        guard column < shape.writtenNames.count, ColumnNames.isLabelOfAnything(shape.writtenNames[column])
        else {
            return false
        }
        let cells = cells(column).filter { !$0.isEmpty }
        return cells.count * 2 > rows.count
            && Set(cells).allSatisfy { LabelWords().read(Array($0.utf8).span) == .kind }
    }
}

extension SurveyedForm {
    /// Whether a column called `label` names something, by all of its cells.
    func isNaming(_ column: Int) -> Bool {
        guard column < shape.writtenNames.count, ColumnNames.isLabelOfAnything(shape.writtenNames[column]),
            columns[column].present * 2 > rows
        else { return false }
        let values = columns[column].values
        return values.commonest.allSatisfy { LabelWords().read(Array($0.word.utf8).span) == .kind }
            && columns[column].numbers.count * 2 <= columns[column].present
    }

    /// Whether a column holds amounts of money in all rows: `$0.03`, `0,05 €`.
    func isMoney(_ column: Int) -> Bool {
        let evidence = columns[column]
        guard evidence.present > 0, evidence.words.total == evidence.present else { return false }
        return evidence.words.commonest.allSatisfy { word, _ in
            Self.currencies.contains { word.contains($0) }
                && (word.hasPrefix("…") || word.contains(where: \.isNumber))
                && !word.contains("/")
        }
    }

    private static let currencies = ["$", "€", "£", "¥", "₹", "EUR", "USD", "GBP", "CHF"]

    /// Why a column of numbers holds nothing that was measured, as the end of a sentence; nil if it may.
    func reasonNotMeasured(_ column: Int) -> String? {
        let evidence = columns[column]
        let written = shape.writtenNames[column]
        guard sample.isWhole(column), Unit(endOf: written) == nil, shape.headerLine != nil else { return nil }
        let plain = ColumnNames.plain(written)
        if evidence.isConstant, ColumnNames.idEndings.contains(where: plain.hasSuffix) {
            return "is one number in all rows, and has the name of an identifier"
        }
        let cells = sample.cells(column).filter { !$0.isEmpty }
        if let length = cells.first?.utf8.count, length > 3, cells.allSatisfy({ $0.utf8.count == length }),
            cells.contains(where: { $0.hasPrefix("00") })
        {
            return "is a code with leading zeros"
        }
        // What is called like a quantity may grow so, such as the hours that a pump ran.
        guard !ColumnNames.isQuantity(written), !ColumnNames.isValue(written) else { return nil }
        let numbers = sample.wholes(column)
        let steps = Set(zip(numbers, numbers.dropFirst()).map { $0.1 - $0.0 })
        guard numbers.count > 20, numbers.count == sample.rows.count, steps == [1] || steps == [-1] else {
            return nil
        }
        return "counts the rows"
    }
}

extension ColumnNames {
    /// Whether a column has the name that labels of all kinds of things have.
    static func isLabelOfAnything(_ name: String) -> Bool { ["label", "labels"].contains(plain(name)) }

    /// How the names of identifiers end.
    static let idEndings = ["id", "code", "type", "class", "version", "resolution", "runno", "group"]

    /// Columns of the versions of rows: a later version corrects an earlier one.
    static let version: Set<String> = [
        "version", "versionno", "versionnumber", "versionid", "revision", "rev", "revisionno", "rowversion",
        "correction", "correctionno", "settlementrun", "runversion", "dataversion",
    ]
}
