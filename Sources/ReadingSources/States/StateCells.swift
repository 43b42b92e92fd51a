internal import Readings
internal import Text

/// How the cells of a column that is a state are read.
///
/// A class, since each column of values has room for one, and nearly all have none.
final class StateCells: Sendable {
    /// The state, with the column's place.
    let state: State
    /// The words as the cells spell them, the commonest first, and their codes.
    private let spellings: [(bytes: [UInt8], code: Double)]
    private let missing: MissingWords

    /// - Parameter words: those that occur, the commonest first.
    init(_ state: State, words: [String], missing: MissingWords) {
        self.state = state
        self.missing = missing
        let codes = words.map { (bytes: Array($0.utf8), code: Double(state.code(of: Name($0)))) }
        spellings = codes.filter { Int($0.code) != state.otherCode }
    }

    /// Reads a cell without blanks and quotes around it: its code.
    func read(_ cell: Span<UInt8>) -> NumberCell {
        for spelling in spellings where Self.isSame(spelling.bytes, cell) { return .number(spelling.code) }
        return missing.contains(cell) ? .missing : .number(Double(state.code(of: Name(cell.text))))
    }

    private static func isSame(_ bytes: [UInt8], _ cell: Span<UInt8>) -> Bool {
        guard bytes.count == cell.count else { return false }
        for index in bytes.indices where bytes[index] != cell[index] { return false }
        return true
    }
}

/// The words of a column, as its cells show them.
struct StateWords {
    /// The words that are not missing values, the commonest first, with their counts; equal but for case they
    /// are one, spelled as most are.
    let words: [(word: Name, count: Int)]
    /// How many spellings were one with another.
    let merged: [Name]
    /// Whether all different words are known.
    let isComplete: Bool

    /// - Parameter name: the column's name, which is no word: it is in its cells where the header comes
    ///   again.
    init(_ evidence: ColumnEvidence, of name: Name, _ missing: MissingWords) {
        isComplete = evidence.values.isComplete
        var places: [Name: Int] = [:]
        var words: [(word: Name, count: Int)] = []
        var merged: [Name] = []
        for (word, count) in evidence.values.commonest {
            let bytes = Array(word.utf8)
            if missing.contains(bytes.span) || Name(word) == name { continue }
            let folded = State.folded(Name(word))
            if let place = places[folded] {
                words[place].count += count
                merged.append(Name(word))
            } else {
                places[folded] = words.count
                words.append((Name(word), count))
            }
        }
        self.words = words.sorted { ($1.count, $0.word) < ($0.count, $1.word) }
        self.merged = merged
    }

    /// The words with their counts, for a sentence.
    var listed: String { words.map { "`\($0.word)` (\($0.count))" }.joined(separator: ", ") }
}
