// How a whole column writes its moments. It is decided once, on all cells, and then reads each cell the same
// way: a cell that contradicts it is a bad cell, never one of another format.

internal import Text

/// How the stamps of one column are written.
public struct StampFormat: Hashable, Sendable {
    /// What a cell is.
    public enum Form: Hashable, Sendable {
        /// A date with marks or a month's name, or with `T` before the time of day.
        case date
        /// A date of digits alone: year, month, day, and perhaps hour, minute, second.
        case compact
        /// The same with a year of two digits, and with hour and minute.
        case shortCompact
        /// A number of 100 nanoseconds since long ago.
        case ticks(TickEpoch)
        /// A number of units since 1970-01-01T00:00:00Z.
        case epoch(EpochUnit)
        /// The day number of a spreadsheet: days since 1899-12-30 on the local clock.
        case serial
    }

    /// What a cell is.
    public var form: Form
    /// The order of dates with slashes or dashes whose year does not come first in four digits.
    public var order: DateOrder
    /// The order of such dates with points.
    public var dottedOrder: DateOrder
    /// Whether each time of day needs `AM` or `PM`: `01:00` alone could be either.
    public var isTwelveHour: Bool
    /// Whether `00:00-01:00` is a span of time. Otherwise `-01:00` is an offset.
    public var hasSpans: Bool
    /// Whether words such as `IST`, which mean several zones, are passed over, since the zone is known.
    public var passesOverZones: Bool
    /// The zone that is named in the cells without an offset, such as `Europe/Paris`; nil if none is.
    public var region: String?
    /// Whether a date without a time of day is no time: it is the day's, among those of its hours.
    public var needsClock: Bool
    /// How the second of two cells tells the time of day; nil if there is one cell.
    public var clock: ClockFormat?
    /// Whether a span of time is none of the times: it is that of a sum, among single times.
    public var refusesSpans = false
    /// Whether `00:00` is the midnight that ends its date, as 24:00 is, and not the one that begins it.
    public var endsWithMidnight = false

    /// A format; what is left out is as in most files.
    public init(
        _ form: Form = .date,
        order: DateOrder = .monthFirst,
        dottedOrder: DateOrder = .dayFirst,
        isTwelveHour: Bool = false,
        hasSpans: Bool = false,
        passesOverZones: Bool = false,
        region: String? = nil,
        needsClock: Bool = false,
        clock: ClockFormat? = nil
    ) {
        self.form = form
        self.order = order
        self.dottedOrder = dottedOrder
        self.isTwelveHour = isTwelveHour
        self.hasSpans = hasSpans
        self.passesOverZones = passesOverZones
        self.region = region
        self.needsClock = needsClock
        self.clock = clock
    }

    /// This format with the time of day in a second cell.
    public func joined(with clock: ClockFormat) -> StampFormat {
        var joined = self
        joined.clock = clock
        return joined
    }

    /// Reads a cell without blanks and quotes around it.
    ///
    /// - Returns: nil if it is no stamp of this format, is of a day or an hour that does not exist, or
    ///   outside 1970…2200.
    public func read(_ cell: Span<UInt8>) -> WrittenStamp? {
        if form == .serial { return Self.serial(cell) }
        guard let parts = StampParts(cell) else { return nil }
        return read(parts, of: cell)
    }

    /// Reads a date in one cell and a time of day in another.
    ///
    /// The date's own time of day, if it has one, must be midnight.
    ///
    /// - Precondition: ``clock`` is not nil.
    public func read(date: Span<UInt8>, clock cell: Span<UInt8>) -> WrittenStamp? {
        guard let clock, let time = clock.read(cell), let day = read(date) else { return nil }
        let ends = endsWithMidnight && time == .onClock(0)
        return (ends ? .onClock(CivilDate.millisecondsPerDay) : time).on(day)
    }

    private func read(_ parts: StampParts, of cell: Span<UInt8>) -> WrittenStamp? {
        switch (parts.day, form) {
        case (.known(let days), .date), (.known(let days), .compact):
            return read(parts, days: days, of: cell)
        case (.open(let numbers), .date):
            guard let days = numbers.days(numbers.isDotted ? dottedOrder : order) else { return nil }
            return read(parts, days: days, of: cell)
        case (.bare(let bare), .compact):
            return bare.compact.map { .local($0 + (bare.digits > 8 ? endOfDay($0) : 0)) }
        case (.bare(let bare), .shortCompact): return bare.short.map { .local($0 + endOfDay($0)) }
        case (.bare(let bare), .ticks(let epoch)):
            guard let moment = epoch.moment(bare.whole) else { return nil }
            return epoch == .dotNet ? .local(moment) : .absolute(Timestamp(milliseconds: moment))
        case (.bare(let bare), .epoch(let unit)):
            return bare.moment(unit).map { .absolute(Timestamp(milliseconds: $0)) }
        default: return nil
        }
    }

    private func read(_ parts: StampParts, days: Int64, of cell: Span<UInt8>) -> WrittenStamp? {
        if isTwelveHour, parts.clock != nil, !parts.isTwelveHour { return nil }
        if needsClock, parts.clock == nil { return nil }
        if refusesSpans, parts.isSpan { return nil }
        var parts = parts
        if let name = parts.region, parts.zone == .none {
            guard let region, cell.extracting(name).text == region else { return nil }
            parts.region = nil
        }
        if hasSpans, parts.mayBeSpan { parts.zone = .none }
        if passesOverZones, case .ambiguous = parts.zone { parts.zone = .none }
        let ends = parts.clock != nil && parts.zone == .none
        let local = days * CivilDate.millisecondsPerDay + (parts.clock ?? 0)
        return parts.stamp(local: local + (ends ? endOfDay(local) : 0))
    }

    /// A day, for a midnight that ends one; else 0.
    func endOfDay(_ local: Int64) -> Int64 {
        endsWithMidnight && clock == nil && local % CivilDate.millisecondsPerDay == 0
            ? CivilDate.millisecondsPerDay : 0
    }

    /// Reads a spreadsheet's day number, to the nearest second: its digits seldom hold the milliseconds.
    /// 25,569 is 1970-01-01.
    private static func serial(_ cell: Span<UInt8>) -> WrittenStamp? {
        guard let days = DecimalNumber.read(whole: cell, .pointOrComma), days >= 25_569,
            days < 109_940
        else { return nil }
        let local = Int64(((days - 25_569) * 86_400).rounded()) * 1_000
        return Timestamp.representable.contains(local) ? .local(local) : nil
    }
}

extension StampFormat: CustomStringConvertible {
    /// For a sentence: `day/month/year with AM and PM`, `seconds since 1970`.
    public var description: String {
        let form =
            switch form {
            case .date: "dates"
            case .compact: "dates of digits alone"
            case .shortCompact: "dates of digits alone, with years of two digits"
            case .ticks(let epoch): epoch.rawValue
            case .epoch(let unit): "\(unit.rawValue) since 1970"
            case .serial: "a spreadsheet's day numbers"
            }
        let clock = clock.map { ", with \($0) in another column" } ?? ""
        return form + (isTwelveHour ? " with AM and PM" : "") + (hasSpans ? ", of spans the start" : "")
            + clock
    }
}
