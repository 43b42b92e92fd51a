internal import Readings
internal import Text

/// The columns of a file that the caller named, by their places.
struct GivenColumns {
    private(set) var meter: [Int] = []
    private(set) var channel: Int?
    private(set) var time: Int?
    private(set) var clock: Int?
    private(set) var values: [Int] = []
    /// The column of zones, which may be one of the meter's too.
    private(set) var zone: Int?
    private(set) var label: Int?
    private(set) var kind: Int?
    /// Those that are states; they may be among the values.
    private(set) var states: [Int] = []
    /// All of them.
    private(set) var taken: Set<Int> = []

    private let file: String
    private let line: Int
    private let names: [Name]
    private let writtenNames: [String]

    /// Finds the columns.
    ///
    /// - Throws: ``ReadingsError`` with `columnUnknown` or `columnAmbiguous`.
    init(_ choice: ColumnChoice, in shape: FileShape, of file: String) throws(ReadingsError) {
        self.file = file
        line = shape.headerLine ?? 1
        names = shape.names
        writtenNames = shape.writtenNames
        if let name = choice.time { time = try take(name) }
        if let name = choice.clock { clock = try take(name) }
        for name in choice.meter { meter.append(try take(name)) }
        if let name = choice.channel { channel = try take(name) }
        if let name = choice.label { label = try take(name) }
        if let name = choice.kind { kind = try take(name) }
        for name in choice.values { values.append(try take(name)) }
        if let name = choice.zone { zone = try place(of: Name(name)) }
        // A file that does not have it may be one of several.
        for name in choice.states { if let column = try? place(of: Name(name)) { try take(state: column) } }
    }

    /// Takes a column by the name that the caller gave: by its bytes, else regardless of case, punctuation
    /// and the code points of accents; then it must fit one column alone.
    private mutating func take(_ text: String) throws(ReadingsError) -> Int {
        let column = try place(of: Name(text))
        guard taken.insert(column).inserted else {
            throw ambiguous(
                Name(text),
                "column `\(names[column])` was named twice; it can have one meaning only"
            )
        }
        return column
    }

    private mutating func take(state column: Int) throws(ReadingsError) {
        guard values.contains(column) || !taken.contains(column) else {
            throw ambiguous(
                names[column],
                "column `\(names[column])` was named twice; it can have one meaning only"
            )
        }
        states.append(column)
        taken.insert(column)
    }

    /// The place of a column, as ``init(_:in:of:)`` finds those that the caller names.
    func place(of name: Name) throws(ReadingsError) -> Int {
        var matches = names.indices.filter { names[$0] == name }
        if matches.isEmpty { matches = writtenNames.indices.filter { Name(writtenNames[$0]) == name } }
        if matches.isEmpty {
            let plain = ColumnNames.plain(name.text)
            matches = names.indices.filter {
                !plain.isEmpty && ColumnNames.plain(names[$0].text) == plain || names[$0].text == name.text
            }
        }
        guard let column = matches.first else { throw unknown(name) }
        guard matches.count == 1 else {
            throw ambiguous(
                name,
                "`\(name)` fits \(matches.count) columns: "
                    + matches.map { "`\(names[$0])`" }.joined(separator: ", ") + "; name one of them"
            )
        }
        return column
    }

    private func unknown(_ name: Name) -> ReadingsError {
        let known = names.filter { !$0.isEmpty }.map(\.text)
        let shown = known.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        let list = known.count > 12 ? "\(shown), … (\(known.count) in all)" : shown
        return ReadingsError(
            .columnUnknown,
            file: file,
            line: line,
            column: name.text,
            "there is no column `\(name)`; "
                + (nearestName(to: name.text, among: known).map { "did you mean `\($0)`?" }
                    ?? "the columns are \(list)")
        )
    }

    private func ambiguous(_ name: Name, _ sentence: String) -> ReadingsError {
        ReadingsError(.columnAmbiguous, file: file, line: line, column: name.text, sentence)
    }
}
