internal import Readings
internal import Text

/// A file's header and its first rows, from which its columns are guessed.
struct ColumnSample {
    /// How many rows are sampled.
    static let size = 200

    let file: String
    let names: [Name]
    let rows: [[String]]
    let decimalComma: Bool

    /// Whether most values of a column are numbers, missing ones not counted. Not all: one `ERROR` early in a
    /// file must cost its row, and not silently the whole channel. An empty column is numeric too, since wide
    /// files begin years before some of their meters do.
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

    /// Whether all of a column is timestamps that are written as dates; seconds since 1970 look like any
    /// number.
    func isDates(_ column: Int) -> Bool {
        !rows.isEmpty && rows.allSatisfy { column < $0.count && Self.isDate($0[column]) }
    }

    /// Whether all of a column is times of day, such as `9:30` or `17:24:00`.
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

    /// Whether any timestamp of a column has a time of day.
    func hasClock(_ column: Int) -> Bool {
        rows.contains { column < $0.count && $0[column].contains(":") }
    }

    /// Whether a column's values are all different.
    func isDistinct(_ column: Int) -> Bool {
        rows.count > 1 && Set(rows.map { Name(column < $0.count ? $0[column] : "") }).count == rows.count
    }

    /// Whether the header is data: one of its fields is a date, or all are numbers.
    var headerLooksLikeData: Bool {
        if names.contains(where: { Self.isDate($0.text) }) { return true }
        let filled = names.filter { !$0.isEmpty }
        return !filled.isEmpty && filled.allSatisfy { isNumber($0.text) }
    }

    private func isNumber(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        if case .number = NumberField(bytes.span, decimalComma: decimalComma) { return true }
        return false
    }

    private static func isDate(_ text: String) -> Bool {
        (Timestamp(text, .monthFirst) ?? Timestamp(text, .dayFirst)) != nil
            && text.contains { $0 == "-" || $0 == "/" || $0 == ":" || $0 == "." }
            && Double(text) == nil
    }

    /// The columns' names for a message, at most a dozen.
    var listOfNames: String {
        let shown = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        return names.count > 12 ? "\(shown), … (\(names.count) in all)" : shown
    }
}

extension ColumnSample {
    /// In which order a column's dates are written; nil if none has slashes, or if both orders fit
    /// equally well.
    ///
    /// A day above 12 decides. Else the order counts in which the times move on evenly: read in the wrong
    /// order, midnight jumps a month.
    func dateOrder(_ column: Int) -> DateOrder? {
        let stamps = rows.filter { column < $0.count }.map { $0[column] }
        let (months, days) = (stamps.times(.monthFirst), stamps.times(.dayFirst))
        if months.count != days.count { return months.count > days.count ? .monthFirst : .dayFirst }
        let (monthFirst, dayFirst) = (months.pathLength, days.pathLength)
        return monthFirst == dayFirst ? nil : monthFirst < dayFirst ? .monthFirst : .dayFirst
    }

    /// Whether a column has dates that are written with slashes and may be read in either order.
    func hasSlashes(_ column: Int) -> Bool {
        rows.contains { row in
            guard column < row.count else { return false }
            return Timestamp(row[column], .monthFirst) != Timestamp(row[column], .dayFirst)
        }
    }
}

extension [String] {
    fileprivate func times(_ order: DateOrder) -> [Timestamp] { compactMap { Timestamp($0, order) } }
}

extension [Timestamp] {
    /// The distances from each to the next, summed up, in milliseconds.
    fileprivate var pathLength: Double {
        zip(self, dropFirst()).reduce(0) { $0 + abs(Double($1.1.milliseconds - $1.0.milliseconds)) }
    }
}
