internal import Readings
internal import Text

/// What to do with a file in which no column holds times: nearly always it has another form than a table
/// with a row for each time.
struct TimeAdvice {
    private let sample: SampledColumns

    init(_ sample: SampledColumns) { self.sample = sample }

    /// The advice, as a sentence; nil if the form is as it should be.
    var sentence: String? {
        quotedRows ?? blanks ?? sideBySide ?? severalColumns ?? sixDigits ?? serials
    }

    private var quotedRows: String? {
        let mark = Character(UnicodeScalar(sample.shape.delimiter))
        let marks: [Character] = sample.shape.names.count == 1 ? [",", ";", "\t"] : [mark]
        let whole = sample.rows.count { row in
            row.dropFirst().allSatisfy(\.isEmpty)
                && row.first.map { cell in marks.contains { cell.contains($0) } } ?? false
        }
        guard whole * 2 > sample.rows.count else { return nil }
        return
            "each row stands in quotes as a whole, and so is one field; take the quotes around the rows away"
    }

    private var blanks: String? {
        guard sample.shape.names.count == 1 else { return nil }
        let apart = sample.rows.count { row in
            (row.first ?? "").split(whereSeparator: \.isWhitespace).count > 1
        }
        guard apart * 2 > sample.rows.count else { return nil }
        return "the fields are separated by blanks; put commas, semicolons or tabs between them"
    }

    private var sideBySide: String? {
        func times(_ cells: some Sequence<String>) -> Int { cells.count { CellLook($0) == .date } }
        let names = times(sample.shape.writtenNames)
        guard names > 2 || sample.rows.prefix(5).contains(where: { times($0) > 2 }) else { return nil }
        let line = names > 2 ? sample.shape.headerLine : nil
        return
            "the times stand side by side\(line.map { " in line \($0)" } ?? "") and not one below the other; turn the "
            + "table, so that each row is a time"
    }

    private var severalColumns: String? {
        let words: [Set<String>] = [
            ["year", "yyyy", "yy", "jahr", "année", "annee", "anno", "año", "ano", "jaar"],
            ["month", "mm", "mo", "monat", "mois", "mese", "mes", "maand"],
            ["day", "dd", "dy", "tag", "jour", "giorno", "día", "dia", "dag"],
        ]
        let plain = sample.shape.writtenNames.map(ColumnNames.plain)
        var columns = words.compactMap { names in plain.firstIndex { names.contains($0) } }
        if columns.count < 3 { columns = dateInThree }
        guard columns.count == 3 else { return nil }
        let names = columns.map { "`\(sample.shape.names[$0])`" }.joined(separator: ", ")
        return "the date is in the columns \(names); make one column of them and of the time of day, such as "
            + "2024-01-08 00:15"
    }

    /// Three columns side by side that hold a year, a month and a day, whatever they are called.
    private var dateInThree: [Int] {
        func hold(_ column: Int, _ range: ClosedRange<Int64>) -> Bool {
            let numbers = sample.wholes(column)
            return numbers.count * 10 >= sample.rows.count * 9 && numbers.allSatisfy { range.contains($0) }
        }
        let first = sample.indices.dropLast(2).first {
            hold($0, 1_990...2_060) && hold($0 + 1, 1...12) && hold($0 + 2, 1...31)
        }
        return first.map { [$0, $0 + 1, $0 + 2] } ?? []
    }

    private var sixDigits: String? {
        for column in sample.indices where ColumnNames.isTime(sample.name(column)) {
            let cells = sample.cells(column).filter { !$0.isEmpty }
            let areDates = cells.allSatisfy { cell in
                let bytes = Array("20\(cell)".utf8)
                guard cell.utf8.count == 6, case .bare(let bare)? = StampParts(bytes.span)?.day else {
                    return false
                }
                return bare.compact != nil
            }
            guard areDates, let first = cells.first else { continue }
            return
                "`\(first)` in the column `\(sample.shape.names[column])` may be a date; write the year with four "
                + "digits, such as 20\(first)"
        }
        return nil
    }

    private var serials: String? {
        for column in sample.indices {
            let cells = sample.cells(column).filter { !$0.isEmpty }
            let days = cells.compactMap { Double($0.replacing(",", with: ".")) }
            // 2000 to 2060.
            guard !cells.isEmpty, days.count == cells.count,
                days.allSatisfy({ (36_526..<58_440).contains($0) }),
                ColumnNames.isTime(sample.name(column)) || sample.isDecimals(column),
                zip(days, days.dropFirst()).allSatisfy({ $0 <= $1 })
            else { continue }
            return
                "`\(cells[0])` in the column `\(sample.shape.names[column])` looks like a spreadsheet's number of a day; "
                + "give the column a date's format there, and save the file again"
        }
        return nil
    }
}

extension SurveyedForm {
    /// Refuses a file whose dates, or whose meters, stand in the first of their rows alone.
    func refuseCarried(_ choice: ColumnChoice) throws(ReadingsError) {
        let others = columns.indices.filter { !times.all.contains($0) }
        let busiest = ([times.clock].compactMap(\.self) + others).map { filled[$0] }.max() ?? 0
        try refuseCarried(times.day, of: busiest, "a date")
        guard choice.meterName == nil else { return }
        for column in given.meter.isEmpty ? [columnCalledMeter].compactMap(\.self) : given.meter {
            try refuseCarried(column, of: filled[times.day], "a meter")
        }
    }

    private func refuseCarried(_ column: Int, of rows: Int, _ what: String) throws(ReadingsError) {
        guard filled[column] > 0, filled[column] * 2 < rows else { return }
        throw ReadingsError(
            .rowsNotTold,
            file: file,
            column: shape.names[column].text,
            "the column `\(shape.names[column])` is filled in \(filled[column]) of \(rows) rows: \(what) that stands in the "
                + "first of its rows alone is not carried on; fill it in each row, as spreadsheets do with Fill Down"
        )
    }
}
