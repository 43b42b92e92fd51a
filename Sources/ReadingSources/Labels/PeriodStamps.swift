internal import Readings
internal import Text

/// How the times of a file of labels are written, and the moments that they are.
struct PeriodStamps {
    /// A time of a row.
    struct Moment {
        let stamp: WrittenStamp
        /// Whether the cell names a day without a time of day: all of the local day is meant.
        let isDay: Bool
    }

    private let columns: TimeColumns
    private let format: StampFormat
    private let clockFormat: ClockFormat?
    private let missing: MissingWords

    /// Decides how columns are read, on all rows.
    ///
    /// - Throws: ``ReadingsError`` if they hold no times, or the order of the dates stays open.
    init(
        _ columns: TimeColumns,
        of form: SurveyedForm,
        order: DateOrder?,
        _ missing: MissingWords
    ) throws(ReadingsError) {
        self.columns = columns
        self.missing = missing
        let names = form.shape.names
        var options = StampOptions()
        options.order = order
        options.hasClockBeside = columns.clock != nil
        switch form.columns[columns.day].stampReading(options) {
        case .one(var found):
            // `10:00-12:00` is no time with an offset where each is later than the one before.
            found.hasSpans = found.hasSpans || form.sample.hasSpans(columns.day)
            found.refusesSpans = false
            format = found
        case .open(let formats, let example):
            throw ReadingsError(
                .dateOrderOpen,
                file: form.file,
                column: names[columns.day].text,
                "`\(example)` may be \(formats.map { "\($0.order.rawValue)" }.joined(separator: " or ")), and no date "
                    + "of the files of labels decides it: give --day-first or --month-first"
            )
        case .ambiguousZone(_, let word):
            throw ReadingsError(
                .dateOrderOpen,
                file: form.file,
                column: names[columns.day].text,
                "the zone `\(word)` has several meanings; write the times with their offsets"
            )
        case .no:
            throw ReadingsError(
                .noTimeColumn,
                file: form.file,
                line: form.shape.firstRowLine,
                column: names[columns.day].text,
                "most cells of the column `\(names[columns.day])` are no timestamps"
            )
        }
        guard let clock = columns.clock else {
            clockFormat = nil
            return
        }
        clockFormat =
            form.columns[clock].clockFormat ?? form.clockFormat(clock)
            ?? (form.sample.hasClocks(clock) ? .time(isTwelveHour: false) : nil)
        guard clockFormat != nil else {
            throw ReadingsError(
                .noTimeColumn,
                file: form.file,
                column: names[clock].text,
                "the column `\(names[clock])` beside the dates holds no times of day, such as 09:30"
            )
        }
    }

    /// The time of a row; nil if its cells are none.
    func read(_ cell: (Int) -> String) -> Moment? {
        let day = Array(cell(columns.day).utf8)
        if let clock = columns.clock, let clockFormat {
            let clock = Array(cell(clock).utf8)
            if !missing.contains(clock.span) {
                let joined = format.joined(with: clockFormat)
                return joined.read(date: day.span, clock: clock.span).map { Moment(stamp: $0, isDay: false) }
            }
        }
        guard let stamp = format.read(day.span), let parts = StampParts(day.span) else { return nil }
        var isDay = parts.clock == nil
        if case .bare(let bare) = parts.day { isDay = format.form == .compact && bare.digits <= 8 }
        return Moment(stamp: stamp, isDay: isDay)
    }

    /// The end of a span of time, such as `04.11.2024 10:00 - 12:00`; nil for a moment.
    ///
    /// - Parameter start: what ``read(_:)`` gave for the row.
    func end(of start: Moment, _ cell: (Int) -> String) -> Moment? {
        let text = Array(cell(columns.clock ?? columns.day).utf8)
        guard let span = ClockSpan(text.span) else { return nil }
        if let length = span.length { return Moment(stamp: start.stamp.later(by: length), isDay: false) }
        let end = Array(text[span.end...])
        guard let stamp = format.read(end.span) else { return nil }
        return Moment(stamp: stamp, isDay: StampParts(end.span)?.clock == nil)
    }

    /// Whether the row says nothing of this time.
    func isEmpty(_ cell: (Int) -> String) -> Bool {
        missing.contains(Array(cell(columns.clock ?? columns.day).utf8).span)
            && (columns.clock == nil || missing.contains(Array(cell(columns.day).utf8).span))
    }
}

extension PeriodStamps.Moment {
    /// The time a day later on the local clock.
    var nextDay: PeriodStamps.Moment {
        let day = CivilDate.millisecondsPerDay
        let next: WrittenStamp =
            switch stamp {
            case .local(let time): .local(time + day)
            case .absolute(let time): .absolute(Timestamp(milliseconds: time.milliseconds + day))
            case .elapsed(let midnight, let time): .elapsed(sinceLocal: midnight + day, milliseconds: time)
            }
        return PeriodStamps.Moment(stamp: next, isDay: isDay)
    }

    /// The moment. Of a time that comes twice, the first begins a period and the second ends one; in place of
    /// one that the clock skipped, the moment when it was put forward.
    func moment(on clock: LocalClock, isEnd: Bool) -> Timestamp {
        switch clock.moments(of: stamp) {
        case .none(let change): change
        case .one(let time): time
        case .two(let first, let second): isEnd ? second : first
        }
    }
}

/// A span of time in one cell.
private struct ClockSpan {
    /// Where its end begins.
    let end: Int
    /// How long it is, in milliseconds, if the end is a time of day alone; nil if it is a stamp.
    let length: Int64?

    /// Finds the end of a span; nil if the cell is none.
    init?(_ cell: Span<UInt8>) {
        guard let parts = StampParts(cell) ?? StampParts(clock: cell) else { return nil }
        let day = CivilDate.millisecondsPerDay
        if case .offset(let offset) = parts.zone, parts.mayBeSpan, let clock = parts.clock {
            (end, length) = (cell.count, -offset >= clock ? -offset - clock : day - offset - clock)
            return
        }
        guard let end = parts.spanEnd else { return nil }
        self.end = end
        let last = cell.extracting(end..<cell.count)
        guard let lastClock = StampParts(clock: last)?.clock else {
            length = nil
            return
        }
        // An end before the start is on the next day.
        length = parts.clock.map { lastClock >= $0 ? lastClock - $0 : day + lastClock - $0 }
    }
}

extension SampledColumns {
    /// Whether some cell of a column is a time of day.
    func hasClocks(_ column: Int) -> Bool {
        cells(column).contains { StampParts(clock: Array($0.utf8).span) != nil }
    }

    /// Whether cells of a column are spans of time. `10:00-12:00` is one if that fits all such cells: a time
    /// with an offset is mostly later than the hours of the offset, and has a `T`.
    func hasSpans(_ column: Int) -> Bool {
        let parts = cells(column).filter { !$0.contains("T") }.compactMap { cell in
            StampParts(Array(cell.utf8).span) ?? StampParts(clock: Array(cell.utf8).span)
        }
        if parts.contains(where: \.isSpan) { return true }
        let compact = parts.filter(\.mayBeSpan)
        return !compact.isEmpty
            && compact.allSatisfy { parts in
                guard case .offset(let offset) = parts.zone, let clock = parts.clock else { return false }
                return -offset > clock
            }
    }
}
