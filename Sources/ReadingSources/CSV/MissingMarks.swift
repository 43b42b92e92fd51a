internal import Readings
internal import Text

/// Rows whose value a column beside it calls missing, such as a status `fehlt`, and what stands in their
/// other cells: where it is always the same filler, it is no value.
struct MissingMarks {
    /// The rows that a column marks.
    struct Rows {
        fileprivate(set) var words: [Name] = []
        fileprivate(set) var hashes: Set<UInt64> = []
        fileprivate(set) var count = 0
        /// What stands in the other columns.
        fileprivate var cells: [Int: WordCounts] = [:]

        /// What a column has in all of these rows; nil if it has several texts, or none.
        func filler(_ column: Int) -> String? {
            guard let counts = cells[column], counts.isComplete, counts.distinct == 1 else { return nil }
            return counts.commonest.first?.word
        }

        /// Whether a column has several texts in these rows.
        func hasValues(_ column: Int) -> Bool { cells[column].map { $0.distinct > 1 } ?? false }
    }

    /// By the places of the columns among the candidates.
    private(set) var rows: [Int: Rows] = [:]
    /// Candidates that are called `missing` or the like: there, 1 and yes mark a row.
    private let flags: [Int: Int]

    /// - Parameter candidates: columns with their names.
    init(_ candidates: [(column: Int, name: String)]) {
        flags = Dictionary(
            uniqueKeysWithValues: candidates.enumerated()
                .filter { Self.flagNames.contains(ColumnNames.plain($0.element.name)) }
                .map { ($0.offset, $0.element.column) }
        )
    }

    /// In a file with more columns nothing is looked for.
    private static let columnLimit = 256

    /// Whether a column is called like a flag of missing values, and marks some.
    func isFlag(_ column: Int) -> Bool {
        flags.contains { $0.value == column && rows[$0.key] != nil }
    }

    /// Takes a word into account that a candidate has for the first time.
    mutating func note(word: Span<UInt8>, _ hash: UInt64, of position: Int) {
        let folded = word.folded
        let isMark = flags[position] == nil ? Self.words.contains(folded) : Self.yes.contains(folded)
        guard isMark else { return }
        rows[position, default: Rows()].words.append(Name(word.text))
        rows[position]?.hashes.insert(hash)
    }

    /// Takes a row into account, by the hashes of its candidates.
    @inline(__always)
    mutating func note(_ hashes: [UInt64], _ bytes: Span<UInt8>, _ fields: [Range<Int>]) {
        guard !rows.isEmpty, fields.count <= Self.columnLimit else { return }
        noteCells(hashes, bytes, fields)
    }

    private mutating func noteCells(_ hashes: [UInt64], _ bytes: Span<UInt8>, _ fields: [Range<Int>]) {
        for position in rows.keys where rows[position]?.hashes.contains(hashes[position]) == true {
            rows[position]?.count += 1
            for column in fields.indices {
                let cell = bytes.extracting(bytes.trimmed(fields[column]))
                if cell.isEmpty { continue }
                rows[position]?.cells[column, default: WordCounts(bound: 2)].note(cell)
            }
        }
    }

    /// In lower case and without accents. Not `offline` or `disconnected`: a charger without a car takes 0 W.
    private static let words: Set<String> = [
        "missing", "missing value", "missing data", "no data", "nodata", "no_data", "no-data", "no value",
        "no reading",
        "invalid", "bad", "bad quality", "unavailable", "not available",
        "comm fail", "comm error", "timeout", "lost", "gap", "fehlt", "fehlend", "fehlwert", "ungultig",
        "kein wert",
        "nicht verfugbar", "manquant", "manquante", "invalide", "mancante", "assente", "non valido",
        "non disponibile",
        "faltante", "sin datos", "no valido", "no disponible", "ontbreekt", "ontbrekend", "ongeldig",
        "niet beschikbaar",
    ]
    private static let flagNames: Set<String> = [
        "missing", "ismissing", "missingflag", "fehlt", "fehlend", "invalid", "isinvalid", "nodata", "gap",
    ]
    private static let yes: Set<String> = ["1", "true", "yes", "y", "t", "ja", "oui", "si", "x"]
}

/// A column that marks values as missing, as the rows are read.
struct MarkColumn {
    let column: Int
    /// The hashes of its cells that mark a row.
    let hashes: Set<UInt64>
    /// The places of the values that are missing then.
    let values: [Int]
}

extension FormDecision {
    /// The columns that mark values as missing, with what is said of them.
    func markColumns(
        _ values: [Layout.Value],
        besides others: [Int?]
    ) -> (columns: [MarkColumn], notes: [String], warnings: [String]) {
        var found: (columns: [MarkColumn], notes: [String], warnings: [String]) = ([], [], [])
        guard form.shape.headerLine != nil, form.days == nil else { return found }
        for (position, rows) in form.marks.rows.sorted(by: { $0.key < $1.key }) where rows.count > 0 {
            let column = form.candidates[position]
            let isState = values.contains { $0.column == column }
            guard !isState, !others.contains(column), !key.meter.contains(column) else { continue }
            let places = values.indices.filter {
                values[$0].state == nil
                    && rows.filler(values[$0].column).map { isFiller($0, rows.count) } == true
            }
            let words = rows.words.map { "`\($0)`" }.joined(separator: ", ")
            let what = "`\(names[column])` says \(words) in \(rows.count.counted("row", "rows"))"
            if !places.isEmpty {
                found.columns.append(MarkColumn(column: column, hashes: rows.hashes, values: places))
                let fillers = places.prefix(4).map {
                    "`\(values[$0].name)` is \(rows.filler(values[$0].column) ?? "")"
                }
                found.notes.append(
                    "\(what), where \(fillers.joined(separator: ", ")): these values are missing"
                )
            }
            let kept = values.filter { $0.state == nil && rows.hasValues($0.column) }
            guard !kept.isEmpty else { continue }
            found.warnings.append(
                "\(what), and \(kept.prefix(4).map { "`\($0.name)`" }.joined(separator: ", ")) has values there that differ: they "
                    + "are taken as they stand; leave these rows out if they are not to be trusted"
            )
        }
        return found
    }

    /// Whether a text that stands in all marked rows is in the place of a value: nothing, a number that means
    /// none, or any other that comes again and again.
    private func isFiller(_ text: String, _ count: Int) -> Bool {
        guard let number = Double(text.replacing(",", with: ".")) else { return false }
        return number == 0 || number == -1 || Sentinel.isOne(number) || count >= 3
    }
}
