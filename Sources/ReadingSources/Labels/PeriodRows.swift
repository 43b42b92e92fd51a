internal import Readings
internal import Text

/// Reads the rows of the files of labels of one form.
struct PeriodRows {
    /// What a row is.
    enum Row {
        /// One of each meter that the row names, or one of all meters.
        case periods([LabelledPeriod])
        /// The row begins or ends periods.
        case marks([LabelledPeriod], PeriodMark)
        case rejected(Rejection)
        /// The row says nothing: a comment, or a label that means unlabelled.
        case passedOver
    }

    /// What was assumed of rows.
    struct Counts {
        /// Rows that name a day without a time of day.
        var days = 0
        /// Rows whose end is a time of day before the start: it is of the next day.
        var overnight = 0
        /// Rows whose label means unlabelled.
        var unlabelled = 0
        /// Kinds that were too long, and cut.
        var cut = 0
        /// Rows that say `all` in place of a meter.
        var ofAll = 0
        /// Rows that name several meters.
        var ofSeveral = 0
    }

    /// The clocks on which a row is read that names no meter, each for the meters that have it.
    var clocksOfAll: [LocalClock] { columns.meter == nil ? allClocks : [] }

    let columns: PeriodColumns
    private let start: PeriodStamps
    private let end: PeriodStamps?
    private let lengthUnit: Int64?
    private let words: LabelWords
    private let clocks: MeterClocks
    /// The meters that have readings.
    private let meters: MeterNames
    /// The clocks of the meters: a row that names no meter is read on each of them.
    private let allClocks: [LocalClock]
    private let missing: MissingWords
    private(set) var counts = Counts()

    /// - Parameters:
    ///   - order: how dates are written in all files of labels.
    ///   - clocks: of times without an offset.
    ///   - allClocks: the different clocks of all meters.
    ///   - meters: the meters that have readings.
    ///   - missing: the words that mean that a cell says nothing.
    init(
        _ form: SurveyedForm,
        _ columns: PeriodColumns,
        order: DateOrder?,
        clocks: MeterClocks,
        allClocks: [LocalClock],
        meters: MeterNames,
        missing: MissingWords
    ) throws(ReadingsError) {
        self.columns = columns
        self.clocks = clocks
        self.missing = missing
        self.meters = meters
        self.allClocks = allClocks
        start = try PeriodStamps(columns.start, of: form, order: order, missing)
        // An end that is a time of day has the day of the start.
        end = try columns.end.map { end throws(ReadingsError) in
            try PeriodStamps(end, of: form, order: order, missing)
        }
        lengthUnit = columns.length.flatMap { PeriodLength.unit(in: form.shape.names[$0].text) }
        let called = columns.label ?? columns.kind
        let reading = called.map { LabelReading(form.columns[$0], name: form.shape.names[$0].text) }
        // Rows of one class alone are what their words usually mean: there are readings beside them.
        let hasBoth = reading.map { $0.count(.normal) > 0 && $0.count(.anomalous) + $0.count(.kind) > 0 }
        words = hasBoth == true ? reading?.words ?? LabelWords() : LabelWords()
    }

    /// Reads a row from its cells, without blanks around them.
    mutating func read(_ cells: [String]) -> Row {
        if let first = cells.first, first.hasPrefix("#") || first.hasPrefix("//") { return .passedOver }
        func cell(_ column: Int) -> String { column < cells.count ? cells[column] : "" }
        guard let begin = start.read(cell) else {
            return .rejected(start.isEmpty(cell) ? .noTime : .badTime)
        }
        var named: [Name?] = [nil]
        if let column = columns.meter {
            guard !cell(column).isEmpty else { return .rejected(.noMeter) }
            named = meters(in: cell(column))
        }
        guard let label = label(cell) else { return .passedOver }
        var periods: [LabelledPeriod] = []
        var isOvernight = false
        for meter in named {
            do throws(Failure) {
                let (period, goesOn) = try period(of: meter, cell, begin, label)
                periods.append(period)
                isOvernight = isOvernight || goesOn
            } catch {
                return .rejected(error.rejection)
            }
        }
        if isOvernight { counts.overnight += 1 }
        if begin.isDay { counts.days += 1 }
        if let mark = columns.mark.flatMap({ PeriodMark(cell($0)) }) { return .marks(periods, mark) }
        return .periods(periods)
    }

    /// The period of a row for one meter, or for all, which is nil; and whether it ends on the day after its
    /// start, which no cell says.
    private func period(
        of meter: Name?,
        _ cell: (Int) -> String,
        _ begin: PeriodStamps.Moment,
        _ label: Label
    ) throws(Failure) -> (LabelledPeriod, isOvernight: Bool) {
        let own = meter.map { [clocks[$0]] } ?? allClocks
        let first = try span(cell, begin, own[0])
        var (others, isOvernight) = ([LocalClock: LabelledPeriod.Span](), first.isOvernight)
        for clock in own.dropFirst() {
            let found = try span(cell, begin, clock)
            others[clock] = found.span
            isOvernight = isOvernight || found.isOvernight
        }
        return (LabelledPeriod(meter: meter, span: first.span, others: others, label: label), isOvernight)
    }

    /// The meters that a cell names: one, several with commas or semicolons between them, or all, which is
    /// nil.
    private mutating func meters(in cell: String) -> [Name?] {
        if let meter = meters[cell] { return [meter] }
        if Self.all.contains(cell.lowercased()) {
            counts.ofAll += 1
            return [nil]
        }
        let parts = cell.split { $0 == "," || $0 == ";" }.map(\.trimmingBlanks)
        guard parts.count > 1, parts.contains(where: { meters[$0] != nil }) else { return [Name(cell)] }
        counts.ofSeveral += 1
        return parts.map { meters[$0] ?? Name($0) }
    }

    private static let all: Set<String> = [
        "all", "*", "all meters", "alle", "tutti", "tous", "todos", "allemaal",
    ]

    private struct Failure: Error { let rejection: Rejection }

    /// From when to when a row's period is on a clock, and whether it ends on the day after its start, which
    /// no cell says.
    private func span(
        _ cell: (Int) -> String,
        _ begin: PeriodStamps.Moment,
        _ clock: LocalClock
    ) throws(Failure) -> (span: LabelledPeriod.Span, isOvernight: Bool) {
        let first = begin.moment(on: clock, isEnd: false)
        let (last, isOvernight) = try ending(cell, begin, first, clock)
        if let last, last < first { throw Failure(rejection: .endBeforeStart) }
        return (LabelledPeriod.Span(start: first, end: last == first ? nil : last), isOvernight)
    }

    /// When a period is over, nil for a moment; and whether that is on the day after its start.
    private func ending(
        _ cell: (Int) -> String,
        _ begin: PeriodStamps.Moment,
        _ first: Timestamp,
        _ clock: LocalClock
    ) throws(Failure) -> (Timestamp?, isOvernight: Bool) {
        if let column = columns.length, !missing.contains(Array(cell(column).utf8).span) {
            guard let length = PeriodLength.milliseconds(cell(column), unit: lengthUnit) else {
                throw Failure(rejection: .badLength)
            }
            return (Timestamp(milliseconds: first.milliseconds + length), false)
        }
        if columns.hasSpans, let last = start.end(of: begin, cell) {
            let end = last.isDay ? last.nextDay : last
            return (end.moment(on: clock, isEnd: true), false)
        }
        let isOfStart = columns.end?.day == columns.start.day
        let endCell = columns.end.map { isOfStart ? $0.clock ?? $0.day : $0.day }
        guard let end, let endCell, !missing.contains(Array(cell(endCell).utf8).span) else {
            return (begin.isDay ? begin.nextDay.moment(on: clock, isEnd: true) : nil, false)
        }
        guard var last = end.read(cell) else { throw Failure(rejection: .badEnd) }
        if last.isDay { last = last.nextDay }
        let isOvernight = isOfStart && last.moment(on: clock, isEnd: true) < first
        if isOvernight { last = last.nextDay }
        return (last.moment(on: clock, isEnd: true), isOvernight)
    }

    /// What a row says of its readings; nil if it says nothing.
    private mutating func label(_ cell: (Int) -> String) -> Label? {
        let word = (columns.label ?? columns.kind).map(cell) ?? ""
        let isWordless = missing.contains(Array(word.utf8).span)
        let meaning = isWordless ? .anomalous : words.read(Array(word.utf8).span)
        switch meaning {
        case .normal: return .normal
        case .unlabelled:
            counts.unlabelled += 1
            return nil
        case .anomalous, .kind:
            let beside = columns.label == nil ? "" : columns.kind.map(cell) ?? ""
            if !missing.contains(Array(beside.utf8).span) { return .anomalous(kind: kind(beside)) }
            return .anomalous(kind: meaning == .kind ? kind(word) : nil)
        }
    }

    /// A kind of a text: in one line, and not longer than a kind may be.
    private mutating func kind(_ text: String) -> Name {
        let line = text.split {
            $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }
        }
        .joined(separator: " ")
        guard line.utf8.count > Label.kindBytes else { return Name(line) }
        counts.cut += 1
        var short = ""
        for letter in line {
            guard short.utf8.count + letter.utf8.count <= Label.kindBytes - 3 else { break }
            short.append(letter)
        }
        return Name(short + "…")
    }
}

extension MeterClocks {
    /// The different clocks of meters, that of most of them first.
    func all(of meters: Set<Name>) -> [LocalClock] {
        let counts = meters.reduce(into: [LocalClock: Int]()) { $0[self[$1], default: 0] += 1 }
        let found = counts.sorted { ($1.value, $0.key.identifier) < ($0.value, $1.key.identifier) }.map(\.key)
        return found.isEmpty ? [standard] : found
    }
}
