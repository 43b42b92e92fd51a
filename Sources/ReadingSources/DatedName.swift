internal import Readings

/// A file's name with a date in it, as of files that hold a day or a month each.
struct DatedName {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// What is left without the dates: `load` of `load_2024-01`, `plant-7` of `plant-7-20240131`, `use` of
    /// `use_Jan2024`, `meter` of `2024Q1`; nil if there is no date.
    var withoutDate: String? {
        let words = text.matches(of: Self.words).filter { Self.isPeriod($0.1) }
        let dates = words.isEmpty ? text.matches(of: Self.numbers) : words
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
        return name.isEmpty ? "meter" : name
    }

    /// A year, perhaps with a month, a day and a time of day behind it, or a day and a month before it, with
    /// or without marks between them.
    private static var numbers: Regex<(Substring, Substring)> {
        #/
        (?:^|[^0-9])
        (
            (?:19|20)[0-9]{2} [\-_.\x20]? (?:0[1-9]|1[0-2]) [\-_.\x20]? (?:0[1-9]|[12][0-9]|3[01])
                (?: T? (?:[01][0-9]|2[0-3])[0-5][0-9] (?:[0-5][0-9])?
                    | [\-_T\x20] (?:[01][0-9]|2[0-3])[\-.]?[0-5][0-9][\-.]?[0-5][0-9] )? Z?
            | (?:19|20)[0-9]{2} (?: [\-_.\x20]? (?:0[1-9]|1[0-2]) )?
            | (?:0[1-9]|[12][0-9]|3[01]) [\-_.\x20]? (?:0[1-9]|1[0-2]) [\-_.\x20]? (?:19|20)[0-9]{2}
            | (?:0[1-9]|1[0-2]) [\-_.\x20]? (?:19|20)[0-9]{2}
        )
        (?![0-9])
        /#
    }

    /// Whether the letters of a match of ``words`` are those of a quarter, a week or a month.
    private static func isPeriod(_ match: Substring) -> Bool {
        let letters = match.filter(\.isLetter).lowercased()
        return letters.count < 3 || CalendarWord(Array(letters.utf8).span)?.month != nil
    }

    /// A year with a quarter, a week, or a word that begins like a month, perhaps with a day.
    private static var words: Regex<(Substring, Substring)> {
        #/
        (?i) (?:^|[^0-9a-zäéû])
        (
            (?:19|20)[0-9]{2} [\-_.\x20]? (?: q[1-4] | (?:w|kw|cw)[0-5]?[0-9] )
            | (?: q[1-4] | (?:w|kw|cw)[0-5]?[0-9] ) [\-_.\x20]? (?:19|20)[0-9]{2}
            | (?: (?:0?[1-9]|[12][0-9]|3[01]) [\-_.\x20]? )?
                (?:jan|gen|ene|feb|f[eé]v|mar|mär|mrt|ma[aiyg]|mei|apr|avr|abr|ju[nil]
                    |giu|lug|aug|ago|ao[uû]|sep|set|o[ck]t|ott|nov|de[cz]|déc|dic)[a-zäéû]{0,7}
                [\-_.\x20]? (?: (?:0?[1-9]|[12][0-9]|3[01]) [,\-_.\x20]+ )? (?:19|20)[0-9]{2}
            | (?:19|20)[0-9]{2} [\-_.\x20]?
                (?:jan|gen|ene|feb|f[eé]v|mar|mär|mrt|ma[aiyg]|mei|apr|avr|abr|ju[nil]
                    |giu|lug|aug|ago|ao[uû]|sep|set|o[ck]t|ott|nov|de[cz]|déc|dic)[a-zäéû]{0,7}
                (?: [\-_.\x20]? (?:0?[1-9]|[12][0-9]|3[01]) )?
        )
        (?![0-9a-zäéû])
        /#
    }
}
