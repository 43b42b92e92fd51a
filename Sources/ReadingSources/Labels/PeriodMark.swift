internal import Readings

/// What a row of a log of alarms says: that something begins, or that it is over.
enum PeriodMark {
    case begin
    case end

    /// Reads a cell, regardless of case; nil for any other word.
    init?(_ cell: String) {
        let word = cell.lowercased()
        if Self.beginnings.contains(word) {
            self = .begin
        } else if Self.endings.contains(word) {
            self = .end
        } else {
            return nil
        }
    }

    /// Whether a column has nothing but such words, of both kinds.
    static func areAll(_ values: WordCounts) -> Bool {
        guard values.isComplete else { return false }
        let marks = values.commonest.map { PeriodMark($0.word) }
        return marks.contains(.begin) && marks.contains(.end) && !marks.contains(nil)
    }

    // `normal` and `ok` are labels of readings, and end nothing by themselves.
    private static let beginnings: Set<String> = [
        "raised", "raise", "on", "start", "started", "begin", "began", "set", "active", "activated", "alarm",
        "open",
        "opened", "kommt", "gekommen", "appeared", "came", "problem", "firing", "triggered", "down",
        "occurred",
        "in alarm", "incoming",
    ]

    private static let endings: Set<String> = [
        "cleared", "clear", "off", "end", "ended", "stop", "stopped", "reset", "inactive", "deactivated",
        "rtn",
        "return to normal", "returned to normal", "closed", "close", "geht", "gegangen", "disappeared",
        "went", "resolved",
        "up", "restored", "recovered", "outgoing",
    ]
}

/// Makes periods of the rows of a log: of one that begins something and the next one of the same meter and
/// kind that ends it.
struct PeriodPairs {
    private struct Key: Hashable {
        let meter: Name?
        let label: Label
    }

    private var rows: [(period: LabelledPeriod, mark: PeriodMark)] = []

    /// Takes a row, as the moment that it is.
    mutating func take(_ moment: LabelledPeriod, _ mark: PeriodMark) { rows.append((moment, mark)) }

    /// What became of the rows.
    struct Outcome {
        /// Whether the words are no marks, but say what became of each row, as of a ticket: all rows are
        /// moments.
        var isOfTickets = false
        var periods: [LabelledPeriod] = []
        /// Rows that begin what no row ends; they are moments.
        var open = 0
        /// Rows that end what no row begins; they say nothing.
        var unopened = 0
    }

    /// The periods, in the order of their starts. What begins twice does so with the first row.
    func periods() -> Outcome {
        var outcome = Outcome()
        var begun: [Key: LabelledPeriod] = [:]
        // A row that begins something goes before one of its time that ends it.
        let order = rows.indices.sorted { left, right in
            let (one, other) = (rows[left], rows[right])
            return (one.period.span.start, one.mark == .begin ? 0 : 1, left)
                < (other.period.span.start, other.mark == .begin ? 0 : 1, right)
        }
        for index in order {
            let (moment, mark) = rows[index]
            let key = Key(meter: moment.meter, label: moment.label)
            switch mark {
            case .begin: begun[key] = begun[key] ?? moment
            case .end:
                if let start = begun.removeValue(forKey: key) {
                    outcome.periods.append(start.ending(with: moment))
                } else {
                    outcome.unopened += 1
                }
            }
        }
        guard outcome.unopened <= outcome.periods.count else {
            return Outcome(isOfTickets: true, periods: rows.map(\.period))
        }
        outcome.open = begun.count
        outcome.periods += begun.values
        outcome.periods.sort { left, right in
            (left.span.start, left.meter?.text ?? "", left.label.kindText)
                < (right.span.start, right.meter?.text ?? "", right.label.kindText)
        }
        return outcome
    }
}

extension LabelledPeriod {
    /// The period from this moment to another one, on each clock.
    fileprivate func ending(with end: LabelledPeriod) -> LabelledPeriod {
        var period = self
        period.span = span.ending(with: end.span)
        period.others = others.reduce(into: [:]) { spans, one in
            spans[one.key] = one.value.ending(with: end.span(on: one.key))
        }
        return period
    }
}

extension LabelledPeriod.Span {
    fileprivate func ending(with end: LabelledPeriod.Span) -> LabelledPeriod.Span {
        LabelledPeriod.Span(start: start, end: end.start > start ? end.start : nil)
    }
}

extension Label {
    fileprivate var kindText: String {
        if case .anomalous(let kind?) = self { kind.text } else { "" }
    }
}
