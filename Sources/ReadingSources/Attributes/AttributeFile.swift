internal import Readings
internal import Text

/// A file with a row for each meter: what is known of it beside its readings, such as its town or site.
struct AttributeFile {
    private let table: TextTable
    private let meter: Int

    /// Reads a file, and finds the column that names the meter: the one whose cells are names of meters.
    ///
    /// - Throws: ``ReadingsError`` if the file cannot be read, or names none of the meters.
    init(_ input: InputFile, of meters: Set<Name>) throws(ReadingsError) {
        table = try TextTable(input)
        let rows = table.rows
        let known = table.names.indices.map { column in
            rows.count { meters.contains(Name($0[column])) }
        }
        let best = known.indices.max { (known[$0], -$0) < (known[$1], -$1) }
        guard let best, known[best] > 0 else {
            let shown = meters.sorted().prefix(3).map { "`\($0)`" }.joined(separator: ", ")
            throw ReadingsError(
                .noAttributes,
                file: table.path,
                "no column of it names the meters of the readings, such as \(shown); a file of attributes has a row for each "
                    + "meter, with its name as the readings have it"
            )
        }
        meter = best
    }

    /// Adds what the file says to what is known; it replaces what the readings' files say.
    ///
    /// - Returns: what there is to say.
    func add(to attributes: inout [Name: [Name: Name]], of meters: Set<Name>) -> [String] {
        var (strangers, repeated): ([String], Int) = ([], 0)
        var seen: Set<Name> = []
        for row in table.rows {
            let name = Name(row[meter])
            guard meters.contains(name) else {
                strangers.append(row[meter])
                continue
            }
            if !seen.insert(name).inserted { repeated += 1 }
            for (column, cell) in row.enumerated() where column != meter && !cell.isEmpty {
                let bytes = Array(cell.utf8)
                guard !MissingWords().contains(bytes.span), let text = HistoryBuilder.text(of: bytes.span)
                else {
                    continue
                }
                attributes[name, default: [:]][Name(table.names[column])] = Name(text)
            }
        }
        let others = table.names.indices.filter { $0 != meter }.map { "`\(table.names[$0])`" }
        var notes = [
            "\(table.path): attributes of \(seen.count) of \(meters.count.counted("meter", "meters")), named by `\(table.names[meter])`: "
                + others.joined(separator: ", ")
        ]
        if !strangers.isEmpty {
            notes.append(
                "\(table.path): " + strangers.count.counted("row is", "rows are")
                    + " of meters without readings, such as `\(strangers[0])`"
            )
        }
        if repeated > 0 {
            notes.append(
                "\(table.path): " + repeated.counted("meter comes", "meters come")
                    + " again; the last row counts"
            )
        }
        if !table.rejected.isEmpty {
            notes.append(
                "\(table.path): " + table.rejected.count.counted("row has", "rows have")
                    + " too many fields, such as line \(table.rejected[0])"
            )
        }
        return notes
    }
}

extension FileReadings {
    /// Adds the attributes that files have for the meters.
    ///
    /// - Throws: ``ReadingsError`` for the first file that cannot be read, or names none of the meters.
    mutating func add(_ files: InputFiles) throws(ReadingsError) {
        let meters = Set(histories.map(\.meter))
        guard !meters.isEmpty else { return }
        for input in files.files {
            let file = try AttributeFile(input, of: meters)
            summary.notes += file.add(to: &attributes, of: meters)
        }
    }
}
