internal import Readings
internal import Text

/// Where a file's header and rows are, and what its columns are called.
struct FileShape: Equatable {
    /// The byte between fields.
    let delimiter: UInt8
    /// The line of the header; nil if there is none.
    let headerLine: Int?
    /// The line of the first row.
    let firstRowLine: Int
    /// The columns' names: each different, `3` for the third column if it has none.
    let names: [Name]
    /// The names as they are written, for recognising what they mean.
    let writtenNames: [String]
    /// The columns' units from a row under the header; empty if there is none.
    let units: [String]
    /// What the lines above the header say of the zone of the times; nil if they say nothing.
    let preamble: PreambleZone?
    /// What was found out about the file that a reader may not expect.
    let notes: [String]
}

/// Finds the header of a file, and what is above and below it.
struct ShapeFinder {
    let sample: SampledText
    let records: [SampledText.Record]
    /// The line that the caller says is the header; 0 for none.
    let headerLine: Int?

    init(_ sample: SampledText, headerLine: Int?) {
        self.sample = sample
        records = sample.records
        self.headerLine = headerLine
    }

    /// Finds the shape.
    ///
    /// - Throws: ``ReadingsError`` if the line that the caller named is none, or if there is no header and
    ///   what
    ///   the columns are is not certain.
    func shape() throws(ReadingsError) -> FileShape {
        let header = try header()
        if let header { try refuseRows(above: header) }
        if let (line, rejection) = sample.rejectedFirst, header == nil || records.isEmpty {
            throw ReadingsError(
                .headerMalformed,
                file: sample.file,
                line: line,
                "the header cannot be read: \(rejection.reason)"
            )
        }
        var next = header.map { $0 + 1 } ?? firstRow ?? 0
        var units: [String] = []
        if header != nil, next < records.count, isUnitsRow(records[next]) {
            units = records[next].cells.map(Self.unit)
            next += 1
        }
        guard next < records.count else {
            throw ReadingsError(.headerOnly, file: sample.file, "there is a header and no row below it")
        }
        var written = header.map { records[$0].cells } ?? []
        if header != nil, written.first?.hasPrefix("#") == true {
            written[0] = String(written[0].dropFirst().drop { $0 == " " })
        }
        let width = width(from: next)
        if let header { try refuseWiderRows(written, width, header: header, from: next) }
        written = aligned(written, width)
        while written.count > max(width, 1), written.last == "" { written.removeLast() }
        return FileShape(
            delimiter: sample.delimiter,
            headerLine: header.map { records[$0].line },
            firstRowLine: records[next].line,
            names: Self.distinct(written),
            writtenNames: written,
            units: units,
            preamble: header.flatMap { PreambleZone(Array(records[..<$0])) },
            notes: notes(header, written, units)
        )
    }

    // MARK: The header

    /// The header's place among the records; nil if there is none.
    private func header() throws(ReadingsError) -> Int? {
        if let headerLine {
            guard headerLine > 0 else { return nil }
            guard let place = records.firstIndex(where: { $0.line == headerLine }) else {
                throw ReadingsError(
                    .headerMalformed,
                    file: sample.file,
                    line: headerLine,
                    "there is no header in this line; the first lines with text are "
                        + records.prefix(5).map { "\($0.line)" }.joined(separator: ", ")
                        + "; --header-line names the right one"
                )
            }
            return place
        }
        guard let first = firstRow else { return records.isEmpty ? nil : 0 }
        // A line above the header may have a date, too; it is no row if the others are not like it, and a
        // header follows.
        if let like = BodyLook(records, stampColumns).firstRow, like > first,
            let header = header(above: like, needsTexts: true), header > first,
            !records[..<first].contains(where: { $0.cells == records[header].cells })
        {
            try refuseTables(first..<header)
            return header
        }
        return header(above: first, needsTexts: false)
    }

    /// Refuses a file with a whole table above the header.
    private func refuseTables(_ above: Range<Int>) throws(ReadingsError) {
        let columns = stampColumns
        let rows = records[above].count { record in
            columns.contains { $0 < record.cells.count && CellLook(record.cells[$0]).isStamp }
        }
        guard rows > 5 else { return }
        throw ReadingsError(
            .headerMalformed,
            file: sample.file,
            line: records[above.upperBound].line,
            "another header begins here, with other columns than the rows above it; make a file of each part, or name this "
                + "line with --header-line, which leaves out the rows above"
        )
    }

    /// The header's place among the records above the first row; nil if there is none.
    ///
    /// - Parameter needsTexts: whether all its cells must be text.
    private func header(above first: Int, needsTexts: Bool) -> Int? {
        let width = width(from: first)
        let above = (0..<first).filter { place in
            let filled = records[place].cells.count { !$0.isEmpty }
            return (filled >= 2 || width == 1) && filled * 2 >= width
        }
        // A bad row right below the header is not the header, nor is a comment. Units stand below names, and
        // a header such as `time,kW` may look like a row of them. Where names are numbers, as those of meters
        // or hours, the line above the rows is the header.
        let texts = above.filter { place in
            records[place].cells.count + 1 >= width && !records[place].cells.contains { CellLook($0).isData }
        }
        let names = texts.last.map { isUnitsRow(records[$0]) } == true ? Array(texts.dropLast()) : texts
        return names.last { records[$0].cells.first?.hasPrefix("#") != true } ?? names.last ?? texts.last
            ?? (needsTexts ? nil : above.last)
    }

    /// The first record that is a row: it has a day where the rows below have one. Nil if there is none.
    private var firstRow: Int? {
        let columns = stampColumns
        guard !columns.isEmpty else { return nil }
        return records.firstIndex { record in
            columns.contains { $0 < record.cells.count && CellLook(record.cells[$0]).isStamp }
        }
    }

    /// The columns that hold days in most of the last records; those with marks alone if there are any.
    private var stampColumns: [Int] {
        let body = records.suffix(max(1, min(records.count / 2, 60)))
        let columns = 0..<(body.map(\.cells.count).max() ?? 0)
        func most(_ isOne: (CellLook) -> Bool) -> [Int] {
            columns.filter { column in
                let looks = body.map { column < $0.cells.count ? CellLook($0.cells[column]) : .empty }
                let filled = looks.count { $0 != .empty }
                return filled > 0 && looks.count(where: isOne) * 2 >= filled
            }
        }
        let dates = most { $0 == .date }
        return dates.isEmpty ? most { $0 == .bareStamp } : dates
    }

    /// How many fields most rows have, from a record on.
    private func width(from first: Int) -> Int {
        var counts: [Int: Int] = [:]
        for record in records[first...] { counts[record.cells.count, default: 0] += 1 }
        return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
    }

    // MARK: Units

    /// Whether a record has units in the place of names or values: `[kW]`, `(°C)`, `kWh`.
    private func isUnitsRow(_ record: SampledText.Record) -> Bool {
        let filled = record.cells.filter { !$0.isEmpty }
        return !filled.isEmpty && filled.contains { ColumnNames.isUnit($0) || Self.isBracketed($0) }
            && filled.allSatisfy { cell in
                ColumnNames.isUnit(cell) || Self.isBracketed(cell) || ColumnNames.isTimePattern(cell)
            }
    }

    private static func isBracketed(_ cell: String) -> Bool {
        (cell.hasPrefix("[") && cell.hasSuffix("]")) || (cell.hasPrefix("(") && cell.hasSuffix(")"))
    }

    private static func unit(_ cell: String) -> String {
        isBracketed(cell) ? String(cell.dropFirst().dropLast()) : cell
    }

    // MARK: Names

    /// The names, as many as the rows have fields, each above its column.
    func aligned(_ names: [String], _ width: Int) -> [String] {
        guard names.count < width else { return names }
        // The header of R has no name for the numbers of the rows, and begins above the second column.
        let isShifted =
            names.count + 1 == width
            && stampColumns.contains { column in
                column > 0 && column <= names.count && ColumnNames.isTime(names[column - 1])
                    && (column >= names.count || !ColumnNames.isTime(names[column]))
            }
        if isShifted { return [""] + names }
        let isTrailing = records.suffix(records.count / 2 + 1).allSatisfy { record in
            record.cells.dropFirst(names.count).allSatisfy(\.isEmpty)
        }
        return names.isEmpty || !isTrailing
            ? names + Array(repeating: "", count: width - names.count) : names
    }

    /// The names, each different: columns of one name are numbered, those of none are called by their place.
    static func distinct(_ written: [String]) -> [Name] {
        var counts: [Name: Int] = [:]
        for name in written where !name.isEmpty { counts[Name(name), default: 0] += 1 }
        var taken = Set(counts.filter { $0.value == 1 }.keys)
        var next: [Name: Int] = [:]
        return written.enumerated().map { place, text in
            let base = Name(text)
            guard text.isEmpty || counts[base] ?? 0 > 1 else { return base }
            var number = text.isEmpty ? place + 1 : (next[base] ?? 0) + 1
            var name: Name
            repeat {
                name = text.isEmpty ? Name("\(number)") : Name("\(text) \(number)")
                number += 1
            } while taken.contains(name)
            next[base] = number - 1
            taken.insert(name)
            return name
        }
    }

    private func notes(_ header: Int?, _ written: [String], _ units: [String]) -> [String] {
        var notes: [String] = []
        if let header {
            if header > 0 {
                notes.append("the header is in line \(records[header].line); the lines above it are left out")
            }
        } else {
            notes.append("there is no header; the columns are called by their places, 1 to \(written.count)")
        }
        if !units.isEmpty { notes.append("the row under the header holds units") }
        let repeated = Dictionary(grouping: written.filter { !$0.isEmpty }) { Name($0) }
            .filter { $0.value.count > 1 }
        for (name, columns) in repeated.sorted(by: { $0.key < $1.key }) {
            notes.append(
                "\(columns.count) columns are called `\(name)`; they are numbered `\(name) 1` to "
                    + "`\(name) \(columns.count)`"
            )
        }
        return notes
    }
}
