internal import Readings
internal import Text

/// What stands around the numbers of some cells of a column: marks of quality, such as `*` for estimated,
/// and signs that bookkeepers write.
///
/// It is decided on all cells: a mark counts where the column has cells without it, too.
public struct NumberMarks: Equatable, Sendable {
    /// The marks of quality behind numbers, in lower case.
    var quality: Set<String> = []
    /// Whether `(12.3)` is negative.
    var hasParentheses = false
    /// Whether `12.3-` is negative.
    var hasTrailingMinus = false
    /// Whether `20.1k` is a thousand times as much.
    var hasThousands = false

    /// What words of evidence stand for: numbers with a mark behind them, and numbers in parentheses.
    static let parentheses = "(…)"

    /// Finds the marks of a column; nil if it has none.
    init?(_ words: WordCounts, _ numbers: NumberEvidence) {
        let units = numbers.commonestUnits.map(\.unit.symbol)
        for (word, _) in words.commonest { note(word) }
        // Where E stands for estimated, A stands for actual and not for ampere.
        let hasLetters = !quality.isDisjoint(with: ["e", "est"]) && units == ["A"]
        if hasLetters { quality.insert("a") }
        guard numbers.count > 0, self != NumberMarks() else { return nil }
        self.isActual = hasLetters
    }

    private init() {}

    /// Whether A is a mark, and no unit.
    private(set) var isActual = false

    private mutating func note(_ word: String) {
        if word == Self.parentheses { hasParentheses = true }
        guard word.hasPrefix("…") else { return }
        let mark = Self.plain(word.dropFirst())
        switch mark {
        case "-", "−": hasTrailingMinus = true
        case "k": hasThousands = true
        default: if Self.known.contains(mark) { quality.insert(mark) }
        }
    }

    /// Whether a word of evidence is a number with one of the marks.
    func contains(_ word: String) -> Bool {
        if word == Self.parentheses { return hasParentheses }
        guard word.hasPrefix("…") else { return false }
        let mark = Self.plain(word.dropFirst())
        return quality.contains(mark) || hasTrailingMinus && (mark == "-" || mark == "−")
            || hasThousands && mark == "k"
    }

    private static func plain(_ mark: Substring) -> String {
        mark.drop { $0.isWhitespace }.lowercased()
    }

    private static let known: Set<String> = [
        "*", "**", "#", "!", "?", "e", "est", "est.", "estimated", "(e)", "(est)", "(est.)", "r", "p", "x",
        "act", "actual", "(a)", "[e]", "g",
    ]

    /// The number in a cell, with its sign; nil if it has none of the marks.
    func read(_ cell: Span<UInt8>, _ format: NumberFormat) -> Double? {
        if hasParentheses, let inside = Self.insideParentheses(cell) {
            let content = cell.extracting(inside)
            guard let shape = Self.shape(content, format), shape.rest(content).isEmpty else { return nil }
            return shape.value(content, format.decimal).map { -$0 }
        }
        guard let shape = Self.shape(cell, format), let value = shape.value(cell, format.decimal) else {
            return nil
        }
        let mark = Self.plain(cell.extracting(shape.rest(cell)).text[...])
        if quality.contains(mark) { return value }
        if hasThousands, mark == "k" { return value * 1_000 }
        return hasTrailingMinus && value >= 0 && (mark == "-" || mark == "−") ? -value : nil
    }

    /// What is between the parentheses of a cell; nil if it has none.
    static func insideParentheses(_ cell: Span<UInt8>) -> Range<Int>? {
        guard cell.count > 2, cell[0] == UInt8(ascii: "("), cell[cell.count - 1] == UInt8(ascii: ")") else {
            return nil
        }
        return cell.trimmed(1..<(cell.count - 1))
    }

    private static func shape(_ cell: Span<UInt8>, _ format: NumberFormat) -> NumberShape? {
        NumberShape(cell).flatMap { format.hasThousands || !$0.hasGroups(format.decimal) ? $0 : nil }
    }
}

extension NumberMarks: CustomStringConvertible {
    /// For a sentence: `marks of quality (`e`), parentheses for negatives`.
    public var description: String {
        let marks = quality.sorted().map { "`\($0)`" }.joined(separator: ", ")
        return [
            quality.isEmpty ? nil : "marks of quality (\(marks)), which are passed over",
            hasParentheses ? "parentheses around negative numbers" : nil,
            hasTrailingMinus ? "the minus behind negative numbers" : nil,
            hasThousands ? "k for thousands" : nil,
        ].compactMap(\.self).joined(separator: ", ")
    }
}
