internal import Readings
internal import Text

/// The cells of a column, counted by what they are.
struct CellCounts: Sendable {
    /// How many different values, and different words, are kept.
    static let bound = 256

    /// What a cell is.
    struct Sort: Sendable {
        /// What one look says of it; nil if `kind` says what it is.
        fileprivate var quick: QuickCell?
        fileprivate var kind = CellKind.missing

        /// Of no cell.
        init() {}
    }

    /// What is remembered of a value, since words take longest to classify.
    private enum WordKind {
        case word
        case missing
        case other

        init(_ kind: CellKind) {
            self =
                switch kind {
                case .word: .word
                case .missing: .missing
                default: .other
                }
        }

        var kind: CellKind? {
            switch self {
            case .word: .word
            case .missing: .missing
            case .other: nil
            }
        }
    }

    private let missingWords: MissingWords
    private let takesNumbers: Bool
    private var date = FixedDate()
    /// Which of the first ``values`` are words.
    private var wordsAmongValues: [WordKind] = []

    private(set) var count = 0
    /// The cells with a word that means a missing value.
    private(set) var missing = 0
    private(set) var values = WordCounts(bound: bound)
    private(set) var words = WordCounts(bound: bound)
    private(set) var missingTexts = WordCounts(bound: 32)
    private(set) var stamps = StampEvidence()
    private(set) var numbers = NumberEvidence()

    /// No cells yet.
    init(missing: MissingWords) {
        missingWords = missing
        takesNumbers = !missing.hasNumbers
    }

    /// Takes a cell into account that is not empty.
    ///
    /// - Parameter sort: of the cell before; becomes that of this one.
    mutating func take(_ cell: Span<UInt8>, _ sort: inout Sort) {
        count += 1
        let isClock = numbers.count == stamps.clocks
        sort.quick = QuickCell(cell, &date, isClock: isClock, takesNumbers: takesNumbers)
        let value = values.isComplete ? values.note(cell) : nil
        if let quick = sort.quick {
            if let value, value == wordsAmongValues.count { wordsAmongValues.append(.other) }
            take(quick, cell, times: 1)
            return
        }
        let word = value.flatMap { $0 < wordsAmongValues.count ? wordsAmongValues[$0].kind : nil }
        sort.kind = word ?? CellKind(cell, missing: missingWords, isClock: isClock, after: sort.kind)
        if let value, value == wordsAmongValues.count { wordsAmongValues.append(WordKind(sort.kind)) }
        take(sort.kind, cell, times: 1)
    }

    /// Takes more cells into account that are as the last one.
    mutating func take(again cell: Span<UInt8>, _ sort: Sort, times: Int) {
        count += times
        if values.isComplete { values.note(cell, times: times) }
        if let quick = sort.quick {
            take(quick, cell, times: times)
        } else {
            take(sort.kind, cell, times: times)
        }
    }

    private mutating func take(_ quick: QuickCell, _ cell: Span<UInt8>, times: Int) {
        switch quick {
        case .stamp(let day, let clock): stamps.note(day, clock, cell, times: times)
        case .number(let number): numbers.note(number, cell, times: times)
        }
    }

    private mutating func take(_ kind: CellKind, _ cell: Span<UInt8>, times: Int) {
        switch kind {
        case .missing:
            missing += times
            missingTexts.note(cell, times: times)
        case .number(let shape, let unit): numbers.note(shape, unit, cell, times: times)
        case .stamp(let parts): stamps.note(parts, cell, times: times)
        case .either(let shape, let parts):
            numbers.note(shape, nil, cell, times: times)
            stamps.note(parts, cell, times: times)
        case .marked(let end):
            words.note(Array("…".utf8 + (end..<cell.count).map { cell[$0] }).span, times: times)
        case .word:
            if Self.isInParentheses(cell) {
                words.note(Array(NumberMarks.parentheses.utf8).span, times: times)
            } else {
                words.note(cell, times: times)
            }
        }
    }

    /// Whether a cell is a number in parentheses.
    private static func isInParentheses(_ cell: Span<UInt8>) -> Bool {
        guard let inside = NumberMarks.insideParentheses(cell) else { return false }
        let content = cell.extracting(inside)
        return NumberShape(content).map { $0.rest(content).isEmpty } ?? false
    }

    /// Takes the counts of the cells of another file into account, which come after these.
    mutating func merge(_ other: CellCounts) {
        count += other.count
        missing += other.missing
        values.merge(other.values)
        words.merge(other.words)
        missingTexts.merge(other.missingTexts)
        stamps.merge(other.stamps)
        numbers.merge(other.numbers)
    }
}
