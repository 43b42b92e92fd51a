/// A file's name with a date in it, as of files that hold a day or a month each.
struct DatedName {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// What is left without the dates: `load` of `load_2024-01`, `plant-7` of `plant-7-20240131`; nil if
    /// there is no date, or nothing is left.
    var withoutDate: String? {
        let dates = text.matches(of: Self.date)
        guard !dates.isEmpty else { return nil }
        var parts: [Substring] = []
        var start = text.startIndex
        for date in dates {
            parts.append(text[start..<date.1.startIndex])
            start = date.1.endIndex
        }
        parts.append(text[start...])
        let isMark: (Character) -> Bool = { "-_. ()[]".contains($0) }
        let names = parts.map {
            String(String($0.drop(while: isMark).reversed()).drop(while: isMark).reversed())
        }
        let name = names.filter { !$0.isEmpty && $0 != "to" }.joined(separator: "-")
        return name.isEmpty ? nil : name
    }

    /// A year, perhaps with a month and a day behind it or before it, with or without marks between them.
    private static var date: Regex<(Substring, Substring)> {
        #/
        (?:^|[^0-9])
        (
            (?:19|20)[0-9]{2}
                (?: [\-_.\x20]? (?:0[1-9]|1[0-2]) (?: [\-_.\x20]? (?:0[1-9]|[12][0-9]|3[01]) )? )?
            | (?:0[1-9]|[12][0-9]|3[01]) [\-_.\x20]? (?:0[1-9]|1[0-2]) [\-_.\x20]? (?:19|20)[0-9]{2}
            | (?:0[1-9]|1[0-2]) [\-_.\x20]? (?:19|20)[0-9]{2}
        )
        (?![0-9])
        /#
    }
}
