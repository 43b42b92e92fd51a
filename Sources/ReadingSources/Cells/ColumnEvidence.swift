package import Readings
internal import Text

/// What the cells of one column are, gathered cell by cell; what the column is, is decided once, when all are
/// noted.
///
/// A cell costs about as much as reading it. Nothing is kept of a cell but what differs from those before it.
package struct ColumnEvidence: Sendable {
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

    /// How many different values, and different words, are kept.
    package static let bound = 256

    private let missingWords: MissingWords
    private var previous: [UInt8] = []
    private var kind = CellKind.missing
    /// Which of the first ``values`` are words.
    private var wordsAmongValues: [WordKind] = []

    /// How many cells there are.
    package private(set) var count = 0
    /// Those that are empty, or hold a word that means a missing value.
    package private(set) var missing = 0
    /// How many cells differ from the one before. Empty ones are passed over.
    package private(set) var changes = 0
    /// The values of all cells that are not empty, with their counts.
    package private(set) var values = WordCounts(bound: bound)
    /// The words among them that are neither numbers, stamps nor missing. `12.5*` is counted as `…*`.
    package private(set) var words = WordCounts(bound: bound)
    /// The words for missing that occur.
    package private(set) var missingTexts = WordCounts(bound: 32)
    /// What the cells show of stamps.
    package private(set) var stamps = StampEvidence()
    /// What the cells show of numbers.
    package private(set) var numbers = NumberEvidence()

    /// No cells yet.
    ///
    /// - Parameter missing: the words that mean a missing value.
    package init(missing: MissingWords = MissingWords()) {
        missingWords = missing
    }

    /// Takes a cell into account.
    ///
    /// - Parameter cell: without blanks and quotes around it.
    package mutating func note(_ cell: Span<UInt8>) {
        count += 1
        guard cell.count > 0 else {
            missing += 1
            return
        }
        let value = values.isComplete ? values.note(cell) : nil
        if !Self.isSame(previous, cell) {
            if !previous.isEmpty { changes += 1 }
            previous.removeAll(keepingCapacity: true)
            cell.withUnsafeBufferPointer { previous.append(contentsOf: $0) }
            let isClock = numbers.count == stamps.clocks
            kind =
                if let value, value < wordsAmongValues.count, let word = wordsAmongValues[value].kind {
                    word
                } else {
                    CellKind(cell, missing: missingWords, isClock: isClock, after: kind)
                }
            if value == wordsAmongValues.count { wordsAmongValues.append(WordKind(kind)) }
        }
        take(cell)
    }

    private static func isSame(_ previous: [UInt8], _ cell: Span<UInt8>) -> Bool {
        guard previous.count == cell.count else { return false }
        // From the end: stamps and registers differ there.
        for index in (0..<cell.count).reversed() where previous[index] != cell[index] { return false }
        return true
    }

    private mutating func take(_ cell: Span<UInt8>) {
        switch kind {
        case .missing:
            missing += 1
            missingTexts.note(cell)
        case .number(let shape, let unit): numbers.note(shape, unit, cell)
        case .stamp(let parts): stamps.note(parts, cell)
        case .either(let shape, let parts):
            numbers.note(shape, nil, cell)
            stamps.note(parts, cell)
        case .marked(let end): words.note(Array("…".utf8 + (end..<cell.count).map { cell[$0] }).span)
        case .word: words.note(cell)
        }
    }

    /// Takes the evidence of the same column in another file into account, which comes after this one.
    package mutating func merge(_ other: ColumnEvidence) {
        count += other.count
        missing += other.missing
        changes += other.changes
        values.merge(other.values)
        words.merge(other.words)
        missingTexts.merge(other.missingTexts)
        stamps.merge(other.stamps)
        numbers.merge(other.numbers)
        previous = other.previous
        kind = other.kind
    }
}

extension ColumnEvidence {
    /// How many cells hold something.
    package var present: Int { count - missing }
    /// How many different values there are, up to ``bound``.
    package var distinct: Int { values.distinct }
    /// Whether all cells that hold something hold the same.
    package var isConstant: Bool { values.distinct == 1 && values.isComplete }

    /// How the column's stamps are written, if it has any.
    package func stampReading(_ options: StampOptions = StampOptions()) -> StampReading {
        if options.hasSerials, numbers.count * 2 > present { return .one(StampFormat(.serial)) }
        return stamps.reading(of: present, options)
    }

    /// How the column's numbers are written, if it has any.
    package func numberReading(_ options: NumberOptions = NumberOptions()) -> NumberReading {
        numbers.reading(of: present, options)
    }

    /// How the column tells the time of day, if it does, beside a column of dates.
    ///
    /// Hours are 0…23 or 0…24, periods 1…24, 1…48 and 1…96, or two and four more on the day of a clock
    /// change. Numbers that do not reach the last hours of a day may be anything, and are not taken.
    package var clockFormat: ClockFormat? {
        if let format = stamps.clockFormat(of: present) {
            // `9.30` is a number too.
            let isNumeric = numbers.count * 2 > present
            let isClock = stamps.clocks == present && stamps.latestClock >= 20 * 3_600_000
            return isNumeric && !isClock ? nil : format
        }
        guard numbers.plain == present, numbers.commonestUnits.isEmpty, let range = numbers.plainRange else {
            return nil
        }
        let (least, largest) = (range.lowerBound, range.upperBound)
        if largest > 100 || numbers.ofFourDigits == present {
            return largest >= 1_200 && numbers.minutesFit == present ? .hoursAndMinutes : nil
        }
        guard least <= 1 else { return nil }
        switch largest {
        case 23, 24: return least == 0 ? .hour : largest == 24 ? .period(perDay: 24, first: 1) : nil
        case 25: return least == 1 ? .period(perDay: 24, first: 1) : nil
        case 46...50: return .period(perDay: 48, first: Int(least))
        case 92...100: return .period(perDay: 96, first: Int(least))
        default: return nil
        }
    }
}
