internal import Readings

// Which columns look like states.

extension StateFinder {
    /// Whole numbers of at most so many values may be codes.
    private static let mostCodes = 8
    /// A longer text is a remark, and no word.
    private static let wordBytes = 64

    /// The columns that are in all files and that nothing else is known of.
    var candidates: [Name] {
        guard let first = forms.first, first.shape.headerLine != nil else { return [] }
        let names = first.given.values.isEmpty ? Array(first.shape.names.indices) : first.given.values
        let plain = first.shape.writtenNames.map(ColumnNames.plain)
        let hasLabel =
            first.given.label != nil
            || plain.indices.contains { ColumnNames.label.contains(plain[$0]) && !first.isNaming($0) }
        return names.filter { column in
            isFree(column, first, keys[0], plain, hasLabel: hasLabel)
                && places.allSatisfy { $0[first.shape.names[column]] != nil }
        }.map { first.shape.names[$0] }
    }

    private func isFree(
        _ column: Int,
        _ form: SurveyedForm,
        _ key: RowKey,
        _ plain: [String],
        hasLabel: Bool
    ) -> Bool {
        guard column < plain.count, !plain[column].isEmpty else { return false }
        guard !form.isUnits(column), !form.isMoney(column), form.reasonNotMeasured(column) == nil,
            !form.isFactor(column), !form.marks.isFlag(column)
        else {
            return false
        }
        let says = hasLabel ? ColumnNames.label + ColumnNames.kind + ColumnNames.reason : []
        return (form.isFree(column) || form.given.values.contains(column)) && !key.meter.contains(column)
            && key.channel != column && key.repeating != column
            && (!says.contains(plain[column]) || form.isNaming(column))
    }

    /// Whether a column holds few words in nearly all rows, each for a while, and not one for each meter.
    func isState(_ name: Name) -> Bool {
        guard words(of: name) != nil, let evidence = evidence(name) else { return false }
        let rows = forms.reduce(0) { $0 + $1.rows }
        return isGiven(name) || evidence.present * 20 >= rows * 19 && stays(name)
    }

    /// The words of a column that holds nothing but few words, and is no state by itself; nil of any other,
    /// and where they are one for each meter.
    func fewWords(_ name: Name) -> [(word: Name, count: Int)]? {
        guard let words = words(of: name), steps(name)?.sampled.changes ?? 0 > 0 else { return nil }
        return words
    }

    /// The words of a column that holds nothing but a few short ones; nil of any other.
    private func words(of name: Name) -> [(word: Name, count: Int)]? {
        guard let evidence = evidence(name), evidence.words.total == evidence.present else { return nil }
        let words = StateWords(evidence, of: name, missing)
        return words.isComplete && (2...State.mostWords).contains(words.words.count)
            && words.words.allSatisfy { $0.word.text.utf8.count <= Self.wordBytes } ? words.words : nil
    }

    /// Whether the caller names a column as one of values: then its words are what is wanted.
    private func isGiven(_ name: Name) -> Bool {
        guard let first = forms.first, let column = first.shape.names.firstIndex(of: name) else {
            return false
        }
        return first.given.values.contains(column)
    }

    /// The values of a column of few whole numbers that may be codes; nil of any other column.
    func codeWords(_ name: Name) -> [(word: Name, count: Int)]? {
        guard let evidence = evidence(name), evidence.numbers.plain == evidence.present, evidence.present > 0
        else { return nil }
        let words = StateWords(evidence, of: name, missing)
        guard words.isComplete, (2...Self.mostCodes).contains(words.words.count), stays(name) else {
            return nil
        }
        return words.words.sorted { ($0.word.text.count, $0.word) < ($1.word.text.count, $1.word) }
    }

    /// Whether the words of a column stay, and change in some meter.
    private func stays(_ name: Name) -> Bool {
        guard let steps = steps(name) else { return false }
        return steps.sampled.changes > 0 && (steps.all.areFew || steps.sampled.areFew || steps.first.areFew)
    }

    /// How often the word changes: in all rows as they follow each other, and within the meters in the rows
    /// of a sample of times and in the first rows. Where meters come in turn the first shows too many
    /// changes, and where there are many rows the second.
    ///
    /// - Returns: nil where it is not known.
    private func steps(_ name: Name) -> (all: StateSteps, sampled: StateSteps, first: StateSteps)? {
        var (all, sampled, first) = (StateSteps(), StateSteps(), StateSteps())
        for (place, (form, key)) in zip(forms, keys).enumerated() {
            guard let column = places[place][name] else { continue }
            let evidence = form.columns[column]
            let steps = StateSteps(max(evidence.present - 1, 0), changes: evidence.changes)
            all = all + steps
            guard !key.meter.isEmpty else {
                (sampled, first) = (sampled + steps, first + steps)
                continue
            }
            let meter = key.meter.compactMap { form.candidates.firstIndex(of: $0) }
            guard meter.count == key.meter.count, let place = form.candidates.firstIndex(of: column) else {
                return nil
            }
            sampled = sampled + form.keys.changes(place, within: meter)
            first = first + form.order.changesAtFirst(of: place, within: meter)
        }
        return (all, sampled, first)
    }
}

/// Columns that may be states and are not taken by themselves.
struct StateProposals {
    private var columns: [String] = []

    mutating func add(_ name: Name, _ words: [(word: Name, count: Int)]) {
        columns.append("`\(name)` (\(words.map(\.word.text).joined(separator: ", ")))")
    }

    /// What is said of them, if there are any.
    ///
    /// - Parameters:
    ///   - what: what they are.
    ///   - effect: what the option does.
    func note(_ what: String, _ effect: String) -> [String] {
        guard !columns.isEmpty else { return [] }
        let more = columns.count > 6 ? ", … (\(columns.count) columns)" : ""
        return ["\(what): \(columns.prefix(6).joined(separator: ", "))\(more); --state COLUMN \(effect)"]
    }
}
