// Puts the labels of periods on readings, and counts what became of them.

internal import Readings
internal import Text

/// The labels that files of labels give to readings.
struct PeriodLabelling {
    private var labels: [[Label?]]
    private let steps: [Int64]
    private let numbers: [Name: Int]
    /// The clock of each meter.
    private let clocks: [LocalClock]

    /// Periods without a reading between their start and end, or moments, whose reading is the one before.
    private var moved = 0
    /// Periods that are before a meter's first reading, or after its last.
    private var outside = 0
    /// Periods within the history that have no reading.
    private var empty = 0
    /// Readings that an earlier row labelled otherwise.
    private var overlapping = 0
    /// Periods of meters that have no readings, by the meter.
    private var unknown: [Name: Int] = [:]
    /// Periods longer than a fifth of their meter's history that are anomalous.
    private var long: [(meter: Name, span: LabelledPeriod.Span)] = []

    /// Labels nothing yet.
    ///
    /// - Parameter clocks: those that the times of the periods were read on.
    init(_ histories: [MeterHistory], _ clocks: MeterClocks) {
        self.clocks = histories.map { clocks[$0.meter] }
        labels = histories.map { Array(repeating: nil, count: $0.count) }
        steps = histories.map { $0.usualStep ?? 0 }
        numbers = Dictionary(histories.enumerated().map { ($0.element.meter, $0.offset) }) { first, _ in first
        }
    }

    /// Takes a period; of several that have a reading, the last one counts.
    mutating func take(_ period: LabelledPeriod, _ histories: [MeterHistory]) {
        guard let meter = period.meter else {
            let found = histories.indices.map { mark(period, $0, histories[$0]) }
            count(found.contains(.hit) ? .hit : found.contains(.empty) ? .empty : .outside)
            return
        }
        guard let number = numbers[meter] else {
            unknown[meter, default: 0] += 1
            return
        }
        count(mark(period, number, histories[number]))
    }

    private enum Outcome { case hit, outside, empty }

    private mutating func count(_ outcome: Outcome) {
        switch outcome {
        case .hit: break
        case .outside: outside += 1
        case .empty: empty += 1
        }
    }

    private mutating func mark(_ period: LabelledPeriod, _ number: Int, _ history: MeterHistory) -> Outcome {
        guard let first = history.times.first, let last = history.times.last else { return .outside }
        let span = period.span(on: clocks[number])
        var start = history.firstReading(since: span.start)
        let end = span.end.map(history.firstReading) ?? start
        if start >= end {
            if start < history.count, history.times[start] == span.start {
                // A moment that a reading has.
            } else if start > 0,
                span.start.milliseconds - history.times[start - 1].milliseconds < steps[number]
            {
                moved += 1
                start -= 1
            } else {
                return span.start > last || (span.end ?? span.start) < first ? .outside : .empty
            }
        }
        for index in start..<max(end, start + 1) {
            if let earlier = labels[number][index], earlier != period.label { overlapping += 1 }
            labels[number][index] = period.label
        }
        let length = (span.end ?? span.start).milliseconds - span.start.milliseconds
        if period.label.isAnomalous, length * 5 > last.milliseconds - first.milliseconds {
            long.append((history.meter, span))
        }
        return .hit
    }

    /// How many readings have a label of the files.
    var labelled: Int { labels.reduce(0) { $0 + $1.count { $0 != nil } } }

    /// Puts the labels on the readings.
    ///
    /// - Returns: how many readings had another label.
    func apply(to histories: inout [MeterHistory], _ rule: LabelFiles.Rule) -> Int {
        var overruled = 0
        for number in histories.indices {
            if rule == .onlyNormal { histories[number].hasGivenNormals = true }
            for (index, label) in labels[number].enumerated() {
                guard let label else { continue }
                let known = histories[number].labels[index]
                if let known, known != label { overruled += 1 }
                if known == nil || (known != label && rule == .replaces) {
                    histories[number].setLabel(label, at: index)
                }
            }
        }
        return overruled
    }
}

extension PeriodLabelling {
    /// Whether all periods are of meters without readings.
    func isOfUnknownMeters(_ periods: Int) -> Bool { unknown.values.reduce(0, +) == periods }

    /// The names that no meter has, each with the one that was probably meant.
    func unknownNames(_ histories: [MeterHistory]) -> String {
        let known = histories.map(\.meter)
        let shown = unknown.keys.sorted().prefix(5).map { name in
            "`\(name)`" + (name.meant(among: known).map { " (did you mean \($0)?)" } ?? "")
        }
        return shown.joined(separator: ", ") + (unknown.count > 5 ? ", and \(unknown.count - 5) more" : "")
    }

    /// What was assumed, as sentences for people.
    ///
    /// - Parameter overruled: what ``apply(to:)`` returned.
    func notes(_ overruled: Int, periods: Int, _ rule: LabelFiles.Rule) -> [String] {
        var counts: [String: Int] = [:]
        for case let label? in labels.joined() { counts[label.words, default: 0] += 1 }
        let shown = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(12)
            .map { "\($0.key) \($0.value)" }
        let more = counts.count > 12 ? ", and \(counts.count - 12) more kinds" : ""
        var notes = [
            periods.counted("period labels", "periods label") + " " + labelled.counted("reading", "readings")
                + (shown.isEmpty ? "" : ": \(shown.joined(separator: ", "))\(more)")
        ]
        if moved > 0 {
            notes.append(
                moved == 1
                    ? "1 of the periods is a moment, or too short for a reading of its own: the reading before counts"
                    : "\(moved) of the periods are moments, or too short for a reading of their own: the reading before counts"
            )
        }
        if overruled > 0 {
            notes.append(
                rule == .replaces
                    ? "\(overruled) readings have another label in a column: that of the periods counts"
                    : "\(overruled) readings of the normal periods are labelled anomalous, and stay so"
            )
        }
        return notes
    }

    /// What looks like a mistake, as sentences for people.
    func warnings(_ histories: [MeterHistory]) -> [String] {
        var warnings: [String] = []
        if !unknown.isEmpty {
            let count = unknown.values.reduce(0, +)
            warnings.append(
                count.counted("period is", "periods are")
                    + " of meters without readings: \(unknownNames(histories))"
            )
        }
        if outside > 0 {
            warnings.append(
                outside.counted("period is", "periods are")
                    + " before the meter's first reading, or after its last"
            )
        }
        if empty > 0 {
            warnings.append(
                empty.counted("period has", "periods have")
                    + " no reading: all of it is in a gap of the meter"
            )
        }
        if overlapping > 0 {
            warnings.append(
                overlapping.counted("reading has", "times a reading has")
                    + " periods with different labels: the last row counts"
            )
        }
        if let first = long.first {
            warnings.append(
                long.count.counted("anomalous period is", "anomalous periods are")
                    + " longer than a fifth of the meter's readings, such as that of "
                    + "`\(first.meter)` from \(first.span.start)"
            )
        }
        return warnings
    }
}

extension Label {
    /// The label in a list of counts.
    fileprivate var words: String {
        switch self {
        case .normal: "normal"
        case .anomalous(kind: nil): "anomalous without a kind"
        case .anomalous(kind: let kind?): "`\(kind)`"
        }
    }
}
