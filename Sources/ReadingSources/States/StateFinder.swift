internal import Readings

/// Finds the columns that are states: of few words, one of which holds for a while.
struct StateFinder {
    private let forms: [SurveyedForm]
    private let keys: [RowKey]
    private let choice: ColumnChoice
    private let missing: MissingWords
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []
    /// How the cells of the states are read, by the column's name; their places are not known yet.
    private(set) var found: [Name: StateCells] = [:]

    /// Whole numbers of at most so many values may be codes.
    private static let mostCodes = 8
    /// A longer text is a remark, and no word.
    private static let wordBytes = 64

    /// Looks for states.
    ///
    /// - Throws: ``ReadingsError`` with `columnUnknown` for a column that the caller named and that is not
    ///   there, and `statesUnfit` for one that cannot be a state.
    init(_ forms: [SurveyedForm], _ keys: [RowKey], _ choice: ColumnChoice) throws(ReadingsError) {
        (self.forms, self.keys, self.choice) = (forms, keys, choice)
        missing = MissingWords(adding: choice.missing)
        let others = try names(choice.noStates)
        let asked = try names(choice.states)
        try requireColumns(asked)
        for (name, state) in knownStates { takeKnown(state, name) }
        for name in asked where found[name] == nil { try take(name, isAsked: true) }
        guard choice.knownChannels.isEmpty, hasColumns else { return }
        var codes: [String] = []
        for name in candidates where found[name] == nil && !others.contains(name) {
            if isState(name) {
                if isGiven(name) { try take(name, isAsked: false) } else { propose(name) }
            } else if let words = codeWords(name) {
                codes.append("`\(name)` (\(words.map(\.word.text).joined(separator: ", ")))")
            }
        }
        guard !codes.isEmpty else { return }
        let more = codes.count > 6 ? ", … (\(codes.count) columns)" : ""
        notes.append(
            "of few whole numbers, taken as quantities: \(codes.prefix(6).joined(separator: ", "))\(more); "
                + "--state COLUMN says that they are codes"
        )
    }

    /// Whether each channel has a column of its own.
    private var hasColumns: Bool {
        !choice.wide && keys.allSatisfy { $0.channel == nil } && forms.allSatisfy { $0.days == nil }
    }

    // MARK: The caller's

    /// The columns that the caller means.
    private func names(_ words: [String]) throws(ReadingsError) -> [Name] {
        var names: [Name] = []
        for word in words {
            var error: ReadingsError?
            var name: Name?
            for form in forms where name == nil {
                do throws(ReadingsError) {
                    name = form.shape.names[try form.given.place(of: Name(word))]
                } catch let found {
                    error = error ?? found
                }
            }
            if let name { names.append(name) } else if let error, !choice.mayMissStates { throw error }
        }
        return names
    }

    private func requireColumns(_ asked: [Name]) throws(ReadingsError) {
        guard let name = asked.first, !hasColumns else { return }
        throw ReadingsError(
            .statesUnfit,
            file: forms.first?.file,
            column: name.text,
            "`\(name)` can be no state where a column is a meter, a row a day, or a column names the quantities"
        )
    }

    /// The states of the index that the readings are for, by their columns' names in the files.
    private var knownStates: [(Name, State)] {
        choice.knownStates.map { state in
            let given = state.column < choice.values.count ? choice.values[state.column] : nil
            guard let given else { return (state.name, state) }
            let column = forms.lazy.compactMap { form in
                (try? form.given.place(of: Name(given))).map { form.shape.names[$0] }
            }.first
            return (column ?? Name(given), state)
        }
    }

    private mutating func takeKnown(_ state: State, _ name: Name) {
        let evidence = evidence(name)
        let words = evidence?.values.commonest ?? []
        found[name] = StateCells(state, words: words.map(\.word), missing: missing)
        let known = evidence.map { StateWords($0, missing) }
        let others = known?.words.filter { state.code(of: $0.word) == state.otherCode } ?? []
        guard !others.isEmpty else { return }
        warnings.append(
            "`\(name)`: the index knows \(state.words.listed); taken as any other word: "
                + others.prefix(6).map { "`\($0.word)` (\($0.count))" }.joined(separator: ", ")
                + (others.count > 6 ? ", … (\(others.count) words)" : "")
        )
    }

    private mutating func take(_ name: Name, isAsked: Bool) throws(ReadingsError) {
        guard let evidence = evidence(name) else { return }
        let words = StateWords(evidence, missing)
        guard words.isComplete, (1...State.mostWords).contains(words.words.count) else {
            let count = words.isComplete ? "\(words.words.count)" : "more than \(ColumnEvidence.bound)"
            throw ReadingsError(
                .statesUnfit,
                file: forms.first?.file,
                column: name.text,
                "`\(name)` has \(count) different words, and a state has 1 to \(State.mostWords); leave out --state \(name)"
            )
        }
        found[name] = StateCells(
            State(name: name, words: words.words.map(\.word), column: 0),
            words: evidence.values.commonest.map(\.word),
            missing: missing
        )
        let merged =
            words.merged.isEmpty
            ? "" : "; the same but for case: \(words.merged.map { "`\($0)`" }.joined(separator: ", "))"
        let way = isAsked ? "" : "; --no-state \(name) leaves it out"
        notes.append("`\(name)` is a state: \(words.listed)\(merged)\(way)")
    }

    // MARK: Found ones

    /// Says that a column may be a state. It is not taken by itself: rare words make windows near them
    /// strange for days, and can hide what else is strange there.
    private mutating func propose(_ name: Name) {
        guard let evidence = evidence(name) else { return }
        let words = StateWords(evidence, missing)
        notes.append("`\(name)` may be a state (\(words.listed)) and is left out; --state \(name) takes it")
    }

    /// The columns that are in all files and that nothing else is known of.
    private var candidates: [Name] {
        guard let first = forms.first, first.shape.headerLine != nil else { return [] }
        let names = first.given.values.isEmpty ? Array(first.shape.names.indices) : first.given.values
        return names.filter { column in
            isFree(column, first, keys[0])
                && forms.allSatisfy { $0.shape.names.contains(first.shape.names[column]) }
        }.map { first.shape.names[$0] }
    }

    private func isFree(_ column: Int, _ form: SurveyedForm, _ key: RowKey) -> Bool {
        let plain = form.shape.writtenNames.map(ColumnNames.plain)
        guard column < plain.count, !plain[column].isEmpty else { return false }
        let hasLabel = form.given.label != nil || plain.contains(where: ColumnNames.label.contains)
        let says = hasLabel ? ColumnNames.label + ColumnNames.kind + ColumnNames.reason : []
        return (form.isFree(column) || form.given.values.contains(column)) && !key.meter.contains(column)
            && key.channel != column && !says.contains(plain[column])
    }

    /// Whether a column holds few words in nearly all rows, each for a while, and not one for each meter.
    private func isState(_ name: Name) -> Bool {
        guard let evidence = evidence(name), evidence.words.total == evidence.present else { return false }
        let words = StateWords(evidence, missing)
        let rows = forms.reduce(0) { $0 + $1.rows }
        return words.isComplete && (2...State.mostWords).contains(words.words.count)
            && words.words.allSatisfy { $0.word.text.utf8.count <= Self.wordBytes }
            && (isGiven(name) || evidence.present * 20 >= rows * 19 && stays(name))
    }

    /// Whether the caller names a column as one of values: then its words are what is wanted.
    private func isGiven(_ name: Name) -> Bool {
        guard let first = forms.first, let column = first.shape.names.firstIndex(of: name) else {
            return false
        }
        return first.given.values.contains(column)
    }

    /// The values of a column of few whole numbers that may be codes; nil of any other column.
    private func codeWords(_ name: Name) -> [(word: Name, count: Int)]? {
        guard let evidence = evidence(name), evidence.numbers.plain == evidence.present, evidence.present > 0
        else { return nil }
        let words = StateWords(evidence, missing)
        guard words.isComplete, (2...Self.mostCodes).contains(words.words.count), stays(name) else {
            return nil
        }
        return words.words.sorted { ($0.word.text.count, $0.word) < ($1.word.text.count, $1.word) }
    }

    /// Whether the words of a column stay, and change in some meter.
    ///
    /// With several meters it is told by all rows as they follow each other, by the rows of a sample of
    /// times, and by the first rows: where meters come in turn the first shows too many changes, and where
    /// there are many rows the second.
    private func stays(_ name: Name) -> Bool {
        var (all, sampled, first) = (StateSteps(), StateSteps(), StateSteps())
        for (form, key) in zip(forms, keys) {
            guard let column = form.shape.names.firstIndex(of: name) else { continue }
            let evidence = form.columns[column]
            let steps = StateSteps(max(evidence.present - 1, 0), changes: evidence.changes)
            all = all + steps
            guard !key.meter.isEmpty else {
                (sampled, first) = (sampled + steps, first + steps)
                continue
            }
            let meter = key.meter.compactMap { form.candidates.firstIndex(of: $0) }
            guard meter.count == key.meter.count, let place = form.candidates.firstIndex(of: column) else {
                return false
            }
            sampled = sampled + form.keys.changes(place, within: meter)
            first = first + form.order.changesAtFirst(of: place, within: meter)
        }
        return sampled.changes > 0 && (all.areFew || sampled.areFew || first.areFew)
    }

    /// What the cells of a column show, in all files; nil if no file has it.
    private func evidence(_ name: Name) -> ColumnEvidence? {
        var all: ColumnEvidence?
        for form in forms {
            guard let column = form.shape.names.firstIndex(of: name) else { continue }
            if all == nil { all = form.columns[column] } else { all?.merge(form.columns[column]) }
        }
        return all
    }
}
