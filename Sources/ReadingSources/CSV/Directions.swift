internal import Readings

/// The words of a column that tells in which direction energy flows, or which sign a value has.
enum Directions {
    /// Pairs that mean nothing else.
    private static let pairs: [Set<String>] = [
        ["+", "-"], ["import", "export"], ["imp", "exp"], ["delivered", "received"],
        ["bezug", "einspeisung"],
        ["bezug", "lieferung"], ["bezug", "abgabe"], ["verbrauch", "einspeisung"],
        ["prelievo", "immissione"],
        ["soutirage", "injection"], ["consumo", "vertido"], ["consumo", "excedente"], ["afname", "injectie"],
        ["afname", "teruglevering"], ["verbruik", "teruglevering"], ["pobrana", "oddana"], ["buy", "sell"],
        ["consumption", "feed-in"], ["consumption", "export"],
    ]

    /// Pairs that are a direction in a column that is called so; E and A are estimated and actual elsewhere.
    private static let shortPairs: [Set<String>] = [
        ["e", "a"], ["i", "e"], ["in", "out"], ["input", "output"], ["pos", "neg"], ["positive", "negative"],
        ["p", "n"], ["forward", "reverse"], ["fwd", "rev"], ["charge", "discharge"],
        ["charging", "discharging"],
        ["consumption", "generation"], ["consumption", "production"], ["b", "l"],
    ]

    private static let names: Set<String> = [
        "dir", "direction", "flow", "sign", "richtung", "energierichtung", "flussrichtung", "vorzeichen",
        "direzione", "verso", "segno", "sens", "direccion", "sentido", "signo", "richting",
    ]

    /// Whether words are the two directions.
    static func arePair(_ words: [Name], in column: String) -> Bool {
        let words = Set(words.map { $0.text.lowercased() })
        if words.count == 2, pairs.contains(words) { return true }
        return words.count == 2 && !names.isDisjoint(with: UnitNames.parts(column))
            && shortPairs.contains(words)
    }
}

extension SurveyedForm {
    /// The key with the column of directions as the one of quantities, where rows of both directions are
    /// otherwise one series of values without a sign.
    ///
    /// - Throws: ``ReadingsError`` with `rowsNotTold` if the column is one of signs, and which values they
    ///   are of is not certain.
    func directed(_ found: RowKey, _ choice: ColumnChoice) throws(ReadingsError) -> RowKey {
        var key = found
        guard key.channel == nil, !choice.wide, days == nil, shape.headerLine != nil else { return key }
        let declined = Set((choice.states + choice.noStates).map { ColumnNames.plain($0) })
        let place = candidates.indices.first { isDirection($0, key, declined, choice.knownChannels) }
        guard let place else { return key }
        let column = candidates[place]
        let words = (words[place].all ?? []).map { "`\($0)`" }.joined(separator: ", ")
        let values = measured(beside: column, key)
        guard !values.contains(where: { column in sample.cells(column).contains { $0.hasPrefix("-") } })
        else {
            return key
        }
        let name = shape.names[column]
        if values.count == 1 {
            key.channel = column
            key.notes.append(
                "the column `\(name)` tells the direction (\(words)), and each is a channel; --state \(name) takes it as a "
                    + "state, --no-state \(name) leaves it out"
            )
        } else if values.count > 1, choice.knownChannels.isEmpty {
            guard words.contains("`+`") else {
                key.notes.append(
                    "`\(name)` tells the direction (\(words)), and values have no sign: they are taken as they stand"
                )
                return key
            }
            throw ReadingsError(
                .rowsNotTold,
                file: file,
                line: shape.headerLine,
                column: name.text,
                "the column `\(name)` holds signs (\(words)), and of which of "
                    + values.prefix(4).map { "`\(shape.names[$0])`" }.joined(separator: ", ")
                    + " is not certain: --value COLUMN --channel \(name) makes a channel of each sign of one of them, "
                    + "--no-state \(name) takes all as they stand"
            )
        }
        return key
    }

    /// The columns of numbers that were measured, or those that the caller named.
    private func measured(beside other: Int, _ key: RowKey) -> [Int] {
        guard given.values.isEmpty else { return given.values }
        var found: [Int] = []
        for column in columns.indices where column != other && column < shape.writtenNames.count {
            let evidence = columns[column]
            guard isFree(column), !key.meter.contains(column), evidence.present > 0,
                !ColumnNames.isIdentifier(shape.writtenNames[column]),
                evidence.numbers.count * 2 > evidence.present
            else { continue }
            if reasonNotMeasured(column) == nil, !isFactor(column), !marks.isFlag(column) {
                found.append(column)
            }
        }
        return found
    }

    /// Whether a candidate has the words of two directions, or those that the index knows.
    private func isDirection(_ position: Int, _ key: RowKey, _ declined: Set<String>, _ known: [Name]) -> Bool
    {
        let column = candidates[position]
        guard isFree(column), !key.meter.contains(column), column < shape.writtenNames.count,
            !declined.contains(ColumnNames.plain(shape.names[column].text)),
            let words = words[position].all, !words.isEmpty
        else { return false }
        if known.isEmpty { return Directions.arePair(words, in: shape.writtenNames[column]) }
        return Set(words).isSubset(of: known)
    }
}
