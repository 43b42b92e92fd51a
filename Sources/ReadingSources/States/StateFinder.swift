internal import Readings

/// Finds the columns that are states: of few words, one of which holds for a while.
struct StateFinder {
    let forms: [SurveyedForm]
    let keys: [RowKey]
    let choice: ColumnChoice
    let missing: MissingWords
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []
    /// How the cells of the states are read, by the column's name; their places are not known yet.
    private(set) var found: [Name: StateCells] = [:]
    /// The columns' places in each form.
    let places: [[Name: Int]]

    /// Looks for states.
    ///
    /// - Throws: ``ReadingsError`` with `columnUnknown` for a column that the caller named and that is not
    ///   there, and `statesUnfit` for one that cannot be a state.
    init(_ forms: [SurveyedForm], _ keys: [RowKey], _ choice: ColumnChoice) throws(ReadingsError) {
        (self.forms, self.keys, self.choice) = (forms, keys, choice)
        places = forms.map { form in
            Dictionary(uniqueKeysWithValues: form.shape.names.enumerated().map { ($0.element, $0.offset) })
        }
        missing = MissingWords(adding: choice.missing)
        let declined = try names(choice.noStates)
        let asked = try names(choice.states)
        try requireColumns(asked)
        for (name, state) in knownStates { takeKnown(state, name) }
        for name in asked where found[name] == nil { try take(name, isAsked: true) }
        guard choice.knownChannels.isEmpty, hasColumns else { return }
        var (codes, others) = (StateProposals(), StateProposals())
        for name in candidates where found[name] == nil && !declined.contains(name) {
            if isState(name) {
                try take(name, isAsked: false)
            } else if let words = codeWords(name) {
                codes.add(name, words)
            } else if let words = fewWords(name) {
                others.add(name, words)
            }
        }
        notes += codes.note("of few whole numbers, taken as quantities", "says that they are codes")
        notes += others.note(
            "of few words that do not stay, or are missing, and so left out",
            "takes it as a state"
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
        let known = evidence.map { StateWords($0, of: name, missing) }
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
        let words = StateWords(evidence, of: name, missing)
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

    /// What the cells of a column show, in all files; nil if no file has it.
    func evidence(_ name: Name) -> ColumnEvidence? {
        var all: ColumnEvidence?
        for (form, places) in zip(forms, places) {
            guard let column = places[name] else { continue }
            if all == nil { all = form.columns[column] } else { all?.merge(form.columns[column]) }
        }
        return all
    }
}
