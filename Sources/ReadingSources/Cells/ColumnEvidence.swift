package import Readings
internal import Text

/// What the cells of one column are, gathered cell by cell; what the column is, is decided once, when all are
/// noted.
///
/// Nothing is kept of a cell but what differs from those before it. A cell that repeats the one before is
/// only counted, and taken into account when another one comes, or somebody asks.
package struct ColumnEvidence: Sendable {
    /// How many different values, and different words, are kept.
    package static let bound = CellCounts.bound

    /// All cells but the last ``repeats``.
    private var counted: CellCounts
    private var last = LastCell()
    /// What the last cell is.
    private var sort = CellCounts.Sort()
    /// How many of the last cells are not yet counted; all of them are ``last``.
    private var repeats = 0
    private var empty = 0

    /// How many cells differ from the one before. Empty ones are passed over.
    package private(set) var changes = 0

    /// No cells yet.
    ///
    /// - Parameter missing: the words that mean a missing value.
    package init(missing: MissingWords = MissingWords()) {
        counted = CellCounts(missing: missing)
    }

    /// Takes a cell into account.
    ///
    /// - Parameter cell: without blanks and quotes around it.
    @inline(__always)
    package mutating func note(_ cell: Span<UInt8>) {
        if cell.isEmpty {
            empty += 1
        } else if last.isSame(cell) {
            repeats += 1
        } else {
            noteOther(cell)
        }
    }

    private mutating func noteOther(_ cell: Span<UInt8>) {
        if repeats > 0 { settle() }
        if last.count > 0 { changes += 1 }
        last.keep(cell)
        counted.take(cell, &sort)
    }

    /// Takes the repeated cells into account.
    private mutating func settle() {
        counted.take(again: last.bytes.span, sort, times: repeats)
        repeats = 0
    }

    /// The counts of all cells.
    private var all: CellCounts {
        guard repeats > 0 else { return counted }
        var settled = self
        settled.settle()
        return settled.counted
    }

    /// Takes the evidence of the same column in another file into account, which comes after this one.
    package mutating func merge(_ other: ColumnEvidence) {
        if repeats > 0 { settle() }
        counted.merge(other.all)
        empty += other.empty
        changes += other.changes
        (last, sort) = (other.last, other.sort)
    }
}

extension ColumnEvidence {
    /// How many cells there are.
    package var count: Int { empty + repeats + counted.count }
    /// Those that are empty, or hold a word that means a missing value.
    package var missing: Int { empty + all.missing }
    /// The values of all cells that are not empty, with their counts.
    package var values: WordCounts { all.values }
    /// The words among them that are neither numbers, stamps nor missing. `12.5*` is counted as `…*`.
    package var words: WordCounts { all.words }
    /// The words for missing that occur.
    package var missingTexts: WordCounts { all.missingTexts }
    /// Whether a cell has an offset from UTC. Repeats of the last cell, not counted yet, change nothing.
    var hasOffsets: Bool { counted.stamps.hasOffsets }
    /// What the cells show of stamps.
    package var stamps: StampEvidence { all.stamps }
    /// What the cells show of numbers.
    package var numbers: NumberEvidence { all.numbers }
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
        let (words, numbers) = (words, numbers)
        guard let marks = NumberMarks(words, numbers) else { return numbers.reading(of: present, options) }
        let marked = words.commonest.reduce(0) { marks.contains($1.word) ? $0 + $1.count : $0 }
        return numbers.reading(of: present - marked, options).with(marks)
    }

    /// How the column tells the time of day, if it does, beside a column of dates.
    package var clockFormat: ClockFormat? {
        let stamps = stamps
        let numbers = numbers
        if let format = stamps.clockFormat(of: present) {
            // `23h` is a time of day, and `7h` is none: all cells together are hours.
            if stamps.clocks < present, let format = numberedCells?.clockFormat { return format }
            // `9.30` is a number too.
            let isNumeric = numbers.count * 2 > present
            let isClock = stamps.clocks == present && stamps.latestClock >= 20 * 3_600_000
            return isNumeric && !isClock ? nil : format
        }
        guard numbers.plain == present, numbers.commonestUnits.isEmpty, let range = numbers.plainRange else {
            return numberedCells?.clockFormat
        }
        return ClockFormat(
            range,
            mayBeMinutes: numbers.minutesFit == present,
            areOfFourDigits: numbers.ofFourDigits == present,
            mayBeSeconds: numbers.secondsFit == present
        )
    }

    /// The numbers of cells such as `HE 07`; nil if there are other cells, or too many.
    var numberedCells: NumberedCells? {
        guard values.isComplete, missing == empty else { return nil }
        return NumberedCells(values.commonest.map(\.word))
    }

    /// The range of a column of whole numbers, perhaps with letters around them; nil for any other.
    var dayNumbers: ClosedRange<Int64>? {
        numbers.plain == present && numbers.commonestUnits.isEmpty ? numbers.plainRange : numberedCells?.range
    }
}
