public import Readings
internal import Text

/// What the caller and the other columns say of a column of stamps.
public struct StampOptions: Sendable {
    /// The order of dates, if the caller names it.
    public var order: DateOrder?
    /// How the stamps of all files together are written: the order of dates is one for a build, though a file
    /// alone may leave it open.
    public var together: StampFormat?
    /// Whether times of day are in other columns.
    public var hasClockBeside = false
    /// Whether the time zone is known, so that words of several zones are passed over.
    public var hasZone = false
    /// Whether numbers are a spreadsheet's day numbers.
    public var hasSerials = false

    /// Nothing is said.
    public init() {}
}

/// What the stamps of a column are.
public enum StampReading: Equatable, Sendable {
    /// The column is not one of stamps.
    case no
    /// Every cell is read in this format.
    case one(StampFormat)
    /// The order of dates stays open: `--day-first` or `--month-first` decides. The cell is one that means
    /// two days.
    case open([StampFormat], example: String)
    /// The cells name a zone by a word that means several, such as `IST`: `--timezone` decides.
    case ambiguousZone(StampFormat, word: String)
}

/// What the cells of a column show of how its stamps are written.
package struct StampEvidence: Sendable {
    /// Cells that are stamps with a day, by kind.
    package private(set) var dates = 0
    package private(set) var bares = 0
    /// Cells that are a time of day alone.
    package private(set) var clocks = 0
    private var twelveHourClocks = 0
    /// The latest of them, in milliseconds since midnight.
    package private(set) var latestClock: Int64 = 0
    private var clocksOfDates = 0
    /// How many of them are midnight, which is written.
    private var midnights = 0
    private var twelveHour = 0
    /// Whether midnights end their dates.
    private(set) var midnightOrder = MidnightEvidence()
    private var slashed = OrderEvidence()
    private var dotted = OrderEvidence()
    private var bare = BareEvidence()
    private var spans = 0
    /// Which offsets `-hh:mm` occur, a bit for each quarter of an hour, and in how many cells.
    private var minusOffsets: UInt64 = 0
    private var minusCount = 0
    /// The offsets in the cells, in minutes, with their counts. There are at most a few: 0…840 east and west.
    package private(set) var offsets: [Int64: Int] = [:]
    private var lastOffset: (minutes: Int64, count: Int)?
    /// The first and the last stamp of each offset.
    private(set) var offsetMoments = OffsetEvidence()
    /// Cells with a day between marks, and without an offset.
    private var datesWithoutOffset = 0
    /// The words in the cells that mean several zones, and the names of zones such as `Europe/Paris`.
    package private(set) var ambiguousZones = WordCounts(bound: 16)
    package private(set) var regions = WordCounts(bound: 64)

    package init() {}

    /// Whether stamps have a time of day.
    package var hasClock: Bool { clocksOfDates > 0 || bare.hasClock }
    /// The offsets `+hh:mm` of the stamps with their counts; those that may be spans are not among them.
    package var allOffsets: [Int64: Int] {
        guard let lastOffset else { return offsets }
        return offsets.merging([lastOffset.minutes: lastOffset.count], uniquingKeysWith: +)
    }

    /// Takes the parts of a cell into account that comes so many times.
    mutating func note(_ parts: StampParts, _ cell: Span<UInt8>, times: Int) {
        switch parts.day {
        case .none:
            clocks += times
            if parts.isTwelveHour { twelveHourClocks += times }
            latestClock = max(latestClock, parts.clock ?? 0)
        case .bare(let number):
            bares += times
            bare.note(number, times: times)
            if number.digits > 8, let local = number.compact ?? number.short {
                let day = CivilDate.millisecondsPerDay
                midnightOrder.note(day: local / day, clock: local % day)
            }
            return
        case .known: dates += times
        case .open(let numbers): note(numbers, clock: parts.clock, cell, times)
        }
        if let day = parts.day.key, let clock = parts.clock {
            if parts.zone == .none { midnightOrder.note(day: day, clock: clock) }
            clocksOfDates += times
            if clock == 0 { midnights += times }
            if parts.isTwelveHour { twelveHour += times }
        }
        noteZone(parts, cell, times)
    }

    /// Takes a stamp of a fixed form into account that comes so many times.
    mutating func note(_ day: StampParts.Day, _ clock: FixedClock, _ cell: Span<UInt8>, times: Int) {
        if case .open(let numbers) = day {
            note(numbers, clock: clock.clock, cell, times)
        } else {
            dates += times
        }
        clocksOfDates += times
        if clock.clock == 0 { midnights += times }
        guard clock.isUTC else {
            datesWithoutOffset += times
            if let key = day.key { midnightOrder.note(day: key, clock: clock.clock) }
            return
        }
        offsetMoments.note(day, clock: clock.clock, offset: 0, mayBeSpan: false)
        note(offset: 0, times)
    }

    private mutating func note(_ date: DateNumbers, clock: Int64?, _ cell: Span<UInt8>, _ times: Int) {
        dates += times
        if date.isDotted {
            dotted.note(date, clock: clock, cell, times: times)
        } else {
            slashed.note(date, clock: clock, cell, times: times)
        }
    }

    private mutating func noteZone(_ parts: StampParts, _ cell: Span<UInt8>, _ times: Int) {
        if parts.isSpan { spans += times }
        if let region = parts.region { regions.note(cell.extracting(region), times: times) }
        switch parts.zone {
        case .none: if parts.day != .none { datesWithoutOffset += times }
        case .ambiguous(let word): ambiguousZones.note(cell.extracting(word), times: times)
        case .offset(let offset):
            offsetMoments.note(parts.day, clock: parts.clock, offset: offset, mayBeSpan: parts.mayBeSpan)
            let minutes = offset / 60_000
            if parts.mayBeSpan {
                minusCount += times
                minusOffsets |= 1 << UInt64(min(-minutes / 15, 63))
            } else {
                note(offset: minutes, times)
            }
        }
    }

    private mutating func note(offset minutes: Int64, _ times: Int) {
        if lastOffset?.minutes == minutes {
            lastOffset?.count += times
        } else {
            offsets = allOffsets
            lastOffset = (minutes, times)
        }
    }

    /// Takes another file's evidence into account, which comes after this one's.
    package mutating func merge(_ other: StampEvidence) {
        offsets = allOffsets.merging(other.allOffsets, uniquingKeysWith: +)
        lastOffset = nil
        dates += other.dates
        bares += other.bares
        clocks += other.clocks
        twelveHourClocks += other.twelveHourClocks
        latestClock = max(latestClock, other.latestClock)
        clocksOfDates += other.clocksOfDates
        midnights += other.midnights
        midnightOrder.merge(other.midnightOrder)
        twelveHour += other.twelveHour
        slashed.merge(other.slashed)
        dotted.merge(other.dotted)
        bare.merge(other.bare)
        spans += other.spans
        offsetMoments.merge(other.offsetMoments)
        datesWithoutOffset += other.datesWithoutOffset
        minusOffsets |= other.minusOffsets
        minusCount += other.minusCount
        ambiguousZones.merge(other.ambiguousZones)
        regions.merge(other.regions)
    }
}

extension StampEvidence {
    /// Whether `00:00-01:00` is a span of time: an offset has few values, the end of a span many, and it is
    /// written in all cells or in none.
    private var hasSpans: Bool {
        spans > 0 ? minusCount > 0 : minusOffsets.nonzeroBitCount > 3
    }

    /// Whether a date alone is no time: most cells have a time of day, and midnight is written where it is
    /// meant. Such rows are the sums of days.
    private var needsClock: Bool {
        let alone = dates - clocksOfDates
        return alone > 0 && midnights > 0 && alone * 4 <= clocksOfDates
    }

    /// Whether spans are no times: most cells are single times.
    private var refusesSpans: Bool { spans > 0 && spans * 4 <= dates - spans }

    /// The order of dates with slashes or dashes whose year does not come first in four digits.
    ///
    /// - Returns: the orders that are possible; one if it is decided, none if there is no such date.
    package func orders(_ options: StampOptions) -> [DateOrder] {
        if slashed.count == 0 { return [] }
        if let order = options.order ?? options.together?.order { return [order] }
        return slashed.orders(hasHours: options.hasClockBeside)
    }

    /// The order of dates with points. People who write points write the day first; only numbers above 12,
    /// the way in which the dates move, and the caller say else.
    private func dottedOrder(_ options: StampOptions) -> DateOrder {
        if let order = options.order ?? options.together?.dottedOrder { return order }
        guard dotted.count > 0 else { return .dayFirst }
        let orders = dotted.orders(hasHours: options.hasClockBeside)
        return orders.count == 1 ? orders[0] : .dayFirst
    }

    /// Whether any cell has an offset, or what may be one.
    var hasOffsets: Bool { lastOffset != nil || minusCount > 0 || !offsets.isEmpty }

    /// How many of `count` cells that are not missing have no offset, if they are written in a format.
    func countWithoutOffset(of count: Int, _ format: StampFormat) -> Int {
        switch format.form {
        case .date: datesWithoutOffset + (format.hasSpans ? minusCount : 0)
        case .compact, .shortCompact, .ticks(.dotNet): bares + datesWithoutOffset
        case .epoch, .ticks(.windows): 0
        case .serial: count
        }
    }

    /// How the stamps are written, in a column of `count` cells that are not missing.
    package func reading(of count: Int, _ options: StampOptions) -> StampReading {
        guard count > 0, (dates + bares) * 2 > count else { return .no }
        let orders = orders(options)
        guard let form = bares > dates ? bare.form : .date else { return .no }
        var format = StampFormat(
            form,
            order: orders.first ?? options.together?.order ?? .monthFirst,
            dottedOrder: dottedOrder(options),
            isTwelveHour: twelveHour > 0,
            hasSpans: hasSpans,
            passesOverZones: options.hasZone,
            region: regions.commonest.first?.word,
            needsClock: needsClock
        )
        format.refusesSpans = refusesSpans
        guard form == .date else { return .one(format) }
        if orders.count > 1 {
            let formats = orders.map { order in
                var other = format
                other.order = order
                return other
            }
            return .open(formats, example: String(decoding: slashed.example, as: UTF8.self))
        }
        if !options.hasZone, let word = ambiguousZones.commonest.first?.word {
            return .ambiguousZone(format, word: word)
        }
        return .one(format)
    }

    /// Whether the cells are times of day alone, in a column of `count` cells that are not missing.
    package func clockFormat(of count: Int) -> ClockFormat? {
        clocks * 2 > count ? .time(isTwelveHour: twelveHourClocks > 0, hasSpans: hasSpans) : nil
    }
}

extension StampParts.Day {
    /// A number that is equal for equal dates with marks; nil for all else.
    fileprivate var key: Int64? {
        switch self {
        case .known(let days): days
        case .open(let numbers):
            Int64(numbers.first) << 40 | Int64(numbers.second) << 20 | Int64(numbers.third) | 1 << 60
        case .none, .bare: nil
        }
    }
}
