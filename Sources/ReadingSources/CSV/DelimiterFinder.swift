internal import Text

/// Finds the byte between the fields of a text: the one that most lines have equally often.
struct DelimiterFinder {
    /// What is tried, in the order of preference: a comma may be a decimal mark, too.
    private static let known = [Byte.tab, Byte.semicolon, UInt8(ascii: "|"), Byte.comma]
    /// How many lines are looked at.
    private static let lineLimit = 200

    private let lines: [ArraySlice<UInt8>]

    /// - Parameter text: the first bytes of a file, as UTF-8.
    init(_ text: ArraySlice<UInt8>) {
        lines = text.split(separator: Byte.lineFeed, maxSplits: Self.lineLimit)
            .prefix(Self.lineLimit).filter { line in line.contains { !$0.isBlank } }
    }

    /// The delimiter; a comma if no line has any.
    var delimiter: UInt8 {
        if let named = sepLine { return named }
        let fits = Self.known.map { (delimiter: $0, fit: fit($0)) }.filter { $0.fit.share >= 0.6 }
        let named = fits.filter(\.fit.isInHeader)
        return (named.isEmpty ? fits : named).first?.delimiter ?? mostFrequentInFirstLine
    }

    /// Whether the first line is only there to name the delimiter.
    var namesDelimiter: Bool { sepLine != nil }

    /// The delimiter that Excel's first line names: `sep=;`.
    private var sepLine: UInt8? {
        guard let first = lines.first else { return nil }
        let text = Array(first.filter { !$0.isBlank && $0 != Byte.quote })
        guard text.count == 5 || text.count == 4, text.span.extracting(0..<4).equals("sep=") else {
            return nil
        }
        return text.count == 5 ? text[4] : first.contains(Byte.tab) ? Byte.tab : nil
    }

    /// How well a delimiter fits: the share of the lines that have it equally often, or once more at their
    /// end, and whether a line of names has it so often.
    private func fit(_ delimiter: UInt8) -> (share: Double, isInHeader: Bool) {
        let counts = lines.map { Self.count(delimiter, in: $0) }
        // What is above the header is not cut into fields.
        let body = counts.suffix(max(1, counts.count * 2 / 3))
        var lengths: [Int: Int] = [:]
        for count in body where count > 0 { lengths[count, default: 0] += 1 }
        guard let usual = lengths.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
            return (0, false)
        }
        let near = body.count { abs($0 - usual) <= 1 && $0 > 0 }
        let hasNames = zip(lines, counts).prefix(60).contains { line, count in
            abs(count - usual) <= 1 && count > 0 && Self.isNames(line)
        }
        return (Double(near) / Double(body.count), hasNames)
    }

    private static func count(_ delimiter: UInt8, in line: ArraySlice<UInt8>) -> Int {
        var isQuoted = false
        var count = 0
        for byte in line {
            if byte == Byte.quote { isQuoted.toggle() }
            if byte == delimiter, !isQuoted { count += 1 }
        }
        return count
    }

    /// Whether a line has more letters than digits, as a header has.
    private static func isNames(_ line: ArraySlice<UInt8>) -> Bool {
        let digits = line.count { $0.digit <= 9 }
        let letters = line.count {
            $0 >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0.lowercased)
        }
        return letters > digits
    }

    /// The delimiter that is most frequent in the first line; a comma if there is none.
    private var mostFrequentInFirstLine: UInt8 {
        guard let first = lines.first else { return Byte.comma }
        let counts = Self.known.map { ($0, Self.count($0, in: first)) }.filter { $0.1 > 0 }
        return counts.max { $0.1 < $1.1 }?.0 ?? Byte.comma
    }
}
