/// A file's name with a date in it, as of files that hold a day or a month each.
struct DatedName {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// What is left without the date: `load` of `load_2024-01`, `plant-7` of `plant-7-20240131`; nil if there
    /// is no date, or nothing is left.
    var withoutDate: String? {
        guard let match = text.matches(of: Self.date).last else { return nil }
        let before = text[..<match.range.lowerBound]
        let after = text[match.range.upperBound...]
        let isMark: (Character) -> Bool = { "-_. ()[]".contains($0) }
        let start = String(before.reversed().drop(while: isMark).reversed())
        let end = String(after.drop(while: isMark))
        let name = [start, end].filter { !$0.isEmpty }.joined(separator: "-")
        return name.isEmpty ? nil : name
    }

    /// A year with a month and perhaps a day before or behind it, with or without marks; a year alone; a span
    /// of two.
    nonisolated(unsafe) private static let date = {
        let year = "(?:19|20)[0-9]{2}"
        let month = "(?:0[1-9]|1[0-2])"
        let day = "(?:0[1-9]|[12][0-9]|3[01])"
        let mark = "[-_. ]?"
        let one =
            "(?:\(year)\(mark)\(month)(?:\(mark)\(day))?|\(day)\(mark)\(month)\(mark)\(year)|\(month)\(mark)\(year)|\(year))"
        let pattern = "(?<![0-9])\(one)(?:(?:[-_ ]|_?to_?)\(one))?(?![0-9])"
        // The pattern is fixed, and a test uses it.
        return (try? Regex<Substring>(pattern)) ?? Regex<Substring>(verbatim: "\u{0}")
    }()
}
