/// A file's header and its first rows: what columns are guessed from.
struct ColumnSample {
    /// How many rows are looked at.
    static let size = 200

    let file: String
    let names: [String]
    let rows: [[String]]
    let decimalComma: Bool

    /// Whether most of what a column holds is numbers, missing values aside. Most and not all: one `ERROR` early
    /// in a file must cost its row, not silently the whole channel. An empty column counts too, since wide
    /// files start years before some of their meters do.
    func isNumeric(_ column: Int) -> Bool {
        var counts = (numbers: 0, texts: 0)
        for row in rows where column < row.count {
            let bytes = Array(row[column].utf8)
            switch NumberField(bytes.span, decimalComma: decimalComma) {
            case .missing: break
            case .notANumber: counts.texts += 1
            case .number, .infinite, .tooLarge: counts.numbers += 1
            }
        }
        return counts.texts == 0 || counts.numbers > counts.texts
    }

    /// Whether a column holds nothing but stamps that are written as dates; epoch numbers look like any number.
    func isDates(_ column: Int) -> Bool {
        !rows.isEmpty && rows.allSatisfy { column < $0.count && Self.isDate($0[column]) }
    }

    /// Whether a column holds nothing but times of day, such as `9:30` or `17:24:00`.
    func isClock(_ column: Int) -> Bool {
        !rows.isEmpty
            && rows.allSatisfy { row in
                guard column < row.count else { return false }
                let parts = row[column].split(separator: ":", omittingEmptySubsequences: false)
                return (2...3).contains(parts.count)
                    && parts.allSatisfy {
                        (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) }
                    }
            }
    }

    /// Whether any moment in a column has a time of day.
    func hasClock(_ column: Int) -> Bool {
        rows.contains { column < $0.count && $0[column].contains(":") }
    }

    /// Whether each row has a value of its own here.
    func isDistinct(_ column: Int) -> Bool {
        rows.count > 1 && Set(rows.map { column < $0.count ? $0[column] : "" }).count == rows.count
    }

    /// Whether the header is data after all: a date stands in it, or nothing but numbers.
    var headerLooksLikeData: Bool {
        if names.contains(where: Self.isDate) { return true }
        let filled = names.filter { !$0.isEmpty }
        return !filled.isEmpty && filled.allSatisfy(isNumber)
    }

    private func isNumber(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        if case .number = NumberField(bytes.span, decimalComma: decimalComma) { return true }
        return false
    }

    private static func isDate(_ text: String) -> Bool {
        (Timestamp(text) ?? Timestamp(text, .dayFirst)) != nil
            && text.contains { $0 == "-" || $0 == "/" || $0 == ":" || $0 == "." }
            && Double(text) == nil
    }

    /// The names for a message, at most a dozen.
    var listOfNames: String {
        let shown = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        return names.count > 12 ? "\(shown), … (\(names.count) in all)" : shown
    }
}
