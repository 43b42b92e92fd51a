internal import Readings
internal import Text

/// Reads the rows of the files of labels of one form.
struct PeriodRows {
    /// What a row is.
    enum Row {
        case period(LabelledPeriod)
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
    }

    let columns: PeriodColumns
    private let start: PeriodStamps
    private let end: PeriodStamps?
    private let lengthUnit: Int64?
    private let words: LabelWords
    private let clocks: MeterClocks
    private(set) var counts = Counts()

    /// - Parameters:
    ///   - order: how dates are written in all files of labels.
    ///   - clocks: of times without an offset.
    init(
        _ form: SurveyedForm,
        _ columns: PeriodColumns,
        order: DateOrder?,
        clocks: MeterClocks
    ) throws(ReadingsError) {
        self.columns = columns
        self.clocks = clocks
        start = try PeriodStamps(columns.start, of: form, order: order)
        // An end that is a time of day has the day of the start.
        end = try columns.end.map { end throws(ReadingsError) in try PeriodStamps(end, of: form, order: order)
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
        let meter = columns.meter.map(cell)
        if meter?.isEmpty == true { return .rejected(.noMeter) }
        let clock = meter.map { clocks[Name($0)] } ?? clocks.standard
        let first = begin.moment(on: clock, isEnd: false)
        let last: Timestamp?
        switch ending(cell, begin, first, clock) {
        case .success(let time): last = time
        case .failure(let failure): return .rejected(failure.rejection)
        }
        if let last, last < first { return .rejected(.endBeforeStart) }
        guard let label = label(cell) else { return .passedOver }
        if begin.isDay { counts.days += 1 }
        return .period(
            LabelledPeriod(
                meter: meter.map { Name($0) },
                start: first,
                end: last == first ? nil : last,
                label: label
            )
        )
    }

    private struct Failure: Error { let rejection: Rejection }

    /// When a period is over; nil for a moment.
    private mutating func ending(
        _ cell: (Int) -> String,
        _ begin: PeriodStamps.Moment,
        _ first: Timestamp,
        _ clock: LocalClock
    ) -> Result<Timestamp?, Failure> {
        if let column = columns.length, !MissingWords().contains(Array(cell(column).utf8).span) {
            guard let length = PeriodLength.milliseconds(cell(column), unit: lengthUnit) else {
                return .failure(Failure(rejection: .badLength))
            }
            return .success(Timestamp(milliseconds: first.milliseconds + length))
        }
        let isOfStart = columns.end?.day == columns.start.day
        let endCell = columns.end.map { isOfStart ? $0.clock ?? $0.day : $0.day }
        guard let end, let endCell, !MissingWords().contains(Array(cell(endCell).utf8).span) else {
            return .success(begin.isDay ? begin.nextDay.moment(on: clock, isEnd: true) : nil)
        }
        guard var last = end.read(cell) else { return .failure(Failure(rejection: .badEnd)) }
        if last.isDay { last = last.nextDay }
        if isOfStart, last.moment(on: clock, isEnd: true) < first {
            counts.overnight += 1
            last = last.nextDay
        }
        return .success(last.moment(on: clock, isEnd: true))
    }

    /// What a row says of its readings; nil if it says nothing.
    private mutating func label(_ cell: (Int) -> String) -> Label? {
        let word = (columns.label ?? columns.kind).map(cell) ?? ""
        let isWordless = MissingWords().contains(Array(word.utf8).span)
        let meaning = isWordless ? .anomalous : words.read(Array(word.utf8).span)
        switch meaning {
        case .normal: return .normal
        case .unlabelled:
            counts.unlabelled += 1
            return nil
        case .anomalous, .kind:
            let beside = columns.label == nil ? "" : columns.kind.map(cell) ?? ""
            if !MissingWords().contains(Array(beside.utf8).span) { return .anomalous(kind: kind(beside)) }
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
