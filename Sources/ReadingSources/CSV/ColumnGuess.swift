internal import Readings
internal import Text

/// Finds out what each of a file's columns is. Each column is used at most once.
struct ColumnGuess {
    /// The columns that the caller named.
    struct Given {
        var meter: Int?
        var time: Int?
        var values: [Int] = []
        var label: Int?
        var kind: Int?
    }

    private let sample: ColumnSample
    private let plainNames: [String]
    private var taken: Set<Int> = []

    init(_ sample: ColumnSample) {
        self.sample = sample
        plainNames = sample.names.map { ColumnNames.plain($0.text) }
    }

    /// Takes the columns that the caller named.
    mutating func take(given choice: ColumnChoice) throws(ReadingsError) -> Given {
        var given = Given()
        if let name = choice.time { given.time = try take(Name(name)) }
        if let name = choice.meter { given.meter = try take(Name(name)) }
        if let name = choice.label { given.label = try take(Name(name)) }
        if let name = choice.kind { given.kind = try take(Name(name)) }
        given.values = try take(values: choice.values.map { Name($0) })
        return given
    }

    /// Takes channels by name.
    mutating func take(values names: [Name]) throws(ReadingsError) -> [Int] {
        var found: [Int] = []
        for name in names { found.append(try take(name)) }
        return found
    }

    /// Takes the column with the timestamps: found by its name, by what it holds, or by the end of its name.
    mutating func time(like known: Name?) throws(ReadingsError) -> Int {
        let byName = free(like: known) ?? free(among: ColumnNames.time)
        if let column = took(byName ?? free.first(where: sample.isDates) ?? freeEndingLikeTime) {
            try refuseHalfOfTime(column)
            return column
        }
        throw ReadingsError(
            .noTimeColumn,
            file: sample.file,
            line: 1,
            "no column holds timestamps: \(sample.listOfNames); name the column with the timestamps"
        )
    }

    /// Refuses a column of dates beside one of times of day: neither of them holds timestamps.
    private func refuseHalfOfTime(_ column: Int) throws(ReadingsError) {
        let isClock = sample.isClock(column)
        let date = isClock ? free.first(where: sample.isDates) : column
        let clock =
            isClock ? column : free.first { ColumnNames.clock.contains(plainNames[$0]) && sample.isClock($0) }
        guard let clock, let date, sample.isDates(date), !sample.hasClock(date) else { return }
        throw ReadingsError(
            .noTimeColumn,
            file: sample.file,
            line: 1,
            "the date is in the column `\(sample.names[date])` and the time of day in "
                + "`\(sample.names[clock])`; join the two into one column, such as `2024-01-31 17:24:00`, "
                + "or name one that holds both"
        )
    }

    /// Takes the column that names the meter. A column whose values are all different holds row numbers,
    /// unless rows share their times: then each row is of another meter.
    mutating func meter(like known: Name?, time: Int) -> Int? {
        if let column = free(like: known) { return took(column) }
        guard let column = free(among: ColumnNames.meter) else { return nil }
        return sample.isDistinct(column) && sample.isDistinct(time) ? nil : took(column)
    }

    /// Takes the column with the labels.
    mutating func label(like known: Name?) -> Int? {
        took(free(like: known) ?? free(among: ColumnNames.label))
    }

    /// Takes the column with the kinds of anomalies; none without a column of labels.
    mutating func kind(like known: Name?, hasLabel: Bool) -> Int? {
        guard hasLabel else { return nil }
        return took(free(like: known) ?? free(among: ColumnNames.kind))
    }

    /// Every remaining column that mostly holds numbers and is not an identifier.
    func values(besides time: Int) throws(ReadingsError) -> [Int] {
        let columns = free.filter { column in
            !sample.names[column].isEmpty && !ColumnNames.isIdentifier(sample.names[column].text)
                && sample.isNumeric(column)
        }
        guard columns.isEmpty else { return columns }
        throw ReadingsError(
            .noValueColumn,
            file: sample.file,
            line: 1,
            "no column beside the timestamps `\(sample.names[time])` holds numbers: "
                + "\(sample.listOfNames); name the columns with the values"
        )
    }

    private var free: [Int] {
        sample.names.indices.filter { !taken.contains($0) }
    }

    private func free(like name: Name?) -> Int? {
        name.flatMap { name in free.first { sample.names[$0] == name } }
    }

    private func free(among known: [String]) -> Int? {
        let free = free
        for name in known {
            if let column = free.first(where: { plainNames[$0] == name }) { return column }
        }
        return nil
    }

    private var freeEndingLikeTime: Int? {
        for ending in ColumnNames.timeEndings {
            let column = free.first {
                plainNames[$0].hasSuffix(ending) && !ColumnNames.notMeasured.contains(plainNames[$0])
            }
            if let column { return column }
        }
        return nil
    }

    private mutating func took(_ column: Int?) -> Int? {
        if let column { taken.insert(column) }
        return column
    }

    /// Takes a column by the name that the caller gave: by its bytes, else regardless of case, punctuation
    /// and the code points of accents; then it must fit one column alone.
    private mutating func take(_ name: Name) throws(ReadingsError) -> Int {
        var matches = sample.names.indices.filter { sample.names[$0] == name }
        if matches.isEmpty {
            let plain = ColumnNames.plain(name.text)
            matches = plainNames.indices.filter {
                !plain.isEmpty && plainNames[$0] == plain || sample.names[$0].text == name.text
            }
        }
        guard let column = matches.first else { throw unknown(name) }
        guard matches.count == 1 else {
            throw ambiguous(name, "`\(name)` fits \(matches.count) columns; give them different names")
        }
        guard taken.insert(column).inserted else {
            throw ambiguous(
                name,
                "column `\(sample.names[column])` was named twice; it can have one meaning only"
            )
        }
        return column
    }

    private func unknown(_ name: Name) -> ReadingsError {
        let hint = nearestName(to: name.text, among: sample.names.filter { !$0.isEmpty }.map(\.text))
        return ReadingsError(
            .columnUnknown,
            file: sample.file,
            line: 1,
            column: name.text,
            "there is no column `\(name)`; "
                + (hint.map { "did you mean `\($0)`?" } ?? "the columns are \(sample.listOfNames)")
        )
    }

    private func ambiguous(_ name: Name, _ sentence: String) -> ReadingsError {
        ReadingsError(.columnAmbiguous, file: sample.file, line: 1, column: name.text, sentence)
    }
}
