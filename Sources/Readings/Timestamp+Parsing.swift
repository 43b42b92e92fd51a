// Reads a timestamp's digits one by one, in one pass and without allocating: a year of a grid has two million
// timestamps. The first separator tells the form, so that no format string has to be given or guessed.

internal import Text

/// How dates with slashes are written: `03/01/2024` is a day in March or in January.
public enum DateOrder: String, Codable, Sendable {
    /// `03/01/2024` is the first of March.
    case monthFirst = "month/day/year"
    /// `03/01/2024` is the third of January.
    case dayFirst = "day/month/year"
}

extension Timestamp {
    /// Reads one timestamp from its bytes; see ``init(_:_:)`` for the forms.
    public init?(parsing text: Span<UInt8>, _ order: DateOrder? = nil) {
        guard let stamp = WrittenStamp(parsing: text, order) else { return nil }
        self = stamp.utc
    }

    /// 1970-01-01T00:00:00Z up to, not including, 2201-01-01T00:00:00Z.
    package static let representable: Range<Int64> = 0..<7_289_654_400_000
}

extension WrittenStamp {
    /// Reads a stamp that has one meaning; blanks around it are ignored. See ``Timestamp/init(_:_:)`` for the
    /// forms.
    public init?(parsing text: Span<UInt8>, _ order: DateOrder? = nil) {
        let range = text.trimmed(0..<text.count)
        // The shortest form is 1/2/2016; the longest sensible one has nanoseconds and a zone.
        guard range.count >= 8, range.count <= 40 else { return nil }
        var reader = TimestampReader(at: range.lowerBound, end: range.upperBound, order: order)
        guard let milliseconds = reader.milliseconds(text), Timestamp.representable.contains(milliseconds)
        else { return nil }
        self =
            reader.isLocal
            ? .local(milliseconds) : .absolute(Timestamp(milliseconds: milliseconds))
    }
}

/// Reads the parts of a timestamp from a position on. The text itself is passed to every call, since a struct
/// that stores a span needs lifetime annotations that the language has not settled yet.
private struct TimestampReader {
    var at: Int
    let end: Int
    /// How dates that end with the year are written; nil if they are not understood.
    let order: DateOrder?
    /// Whether the stamp is a time without an offset.
    private(set) var isLocal = false

    mutating func milliseconds(_ text: Span<UInt8>) -> Int64? {
        let start = at
        guard let (first, digits) = number(text, upTo: 18) else { return nil }
        let separator = at < end ? text[at] : 0
        switch (digits, separator) {
        case (9..., 0), (9..., Byte.point): return epoch(text, whole: first)
        case (4, Byte.minus), (4, Byte.slash), (1...2, Byte.slash), (1...2, Byte.point): break
        default: return nil
        }
        at = start
        guard digits == 4 || order != nil,
            let date = date(text, separator: separator, yearFirst: digits == 4)
        else { return nil }
        isLocal = true
        guard at < end else { return date.daysSinceEpoch * CivilDate.millisecondsPerDay }
        guard skipDayEnd(text), let inDay = timeOfDay(text), let offset = zone(text), at == end else {
            return nil
        }
        return date.daysSinceEpoch * CivilDate.millisecondsPerDay + inDay - offset
    }

    /// Reads up to `limit` digits: their value, and how many there were.
    private mutating func number(_ text: Span<UInt8>, upTo limit: Int) -> (value: Int64, digits: Int)? {
        let start = at
        var value: Int64 = 0
        while at < end, at - start < limit, text[at].digit <= 9 {
            value = value * 10 + Int64(text[at].digit)
            at += 1
        }
        return at > start ? (value, at - start) : nil
    }

    private mutating func skip(_ text: Span<UInt8>, _ byte: UInt8) -> Bool {
        guard at < end, text[at] == byte else { return false }
        at += 1
        return true
    }

    /// Reads the fraction after a point, of any length, in milliseconds; nil if no digit follows the
    /// point.
    private mutating func fraction(_ text: Span<UInt8>) -> Int64? {
        guard let (value, digits) = number(text, upTo: 3) else { return nil }
        while at < end, text[at].digit <= 9 { at += 1 }
        return digits == 3 ? value : digits == 2 ? value * 10 : value * 100
    }

    /// Reads a plain number: seconds since 1970 below 10^11 (the year 5138), milliseconds from there on.
    private mutating func epoch(_ text: Span<UInt8>, whole: Int64) -> Int64? {
        var thousandths: Int64 = 0
        if skip(text, Byte.point) {
            guard let read = fraction(text) else { return nil }
            thousandths = read
        }
        guard at == end else { return nil }
        return whole < 100_000_000_000 ? whole * 1_000 + thousandths : whole
    }

    private mutating func date(_ text: Span<UInt8>, separator: UInt8, yearFirst: Bool) -> CivilDate? {
        guard let first = number(text, upTo: 4), skip(text, separator),
            let second = number(text, upTo: 2), skip(text, separator),
            let third = number(text, upTo: 4)
        else { return nil }
        guard !yearFirst else {
            guard third.digits <= 2 else { return nil }
            return CivilDate(year: Int(first.value), month: Int(second.value), day: Int(third.value))
        }
        guard third.digits == 4 else { return nil }
        let isMonthFirst = separator == Byte.slash && order == .monthFirst
        let (month, day) = isMonthFirst ? (first.value, second.value) : (second.value, first.value)
        return CivilDate(year: Int(third.value), month: Int(month), day: Int(day))
    }

    /// Skips what separates the day from the hour: a `T` or blanks.
    private mutating func skipDayEnd(_ text: Span<UInt8>) -> Bool {
        if text[at].lowercased == UInt8(ascii: "t") {
            at += 1
            return true
        }
        let start = at
        while at < end, text[at] == Byte.space { at += 1 }
        return at > start
    }

    private mutating func timeOfDay(_ text: Span<UInt8>) -> Int64? {
        guard let hour = number(text, upTo: 2)?.value, skip(text, Byte.colon),
            let (minute, minuteDigits) = number(text, upTo: 2), minuteDigits == 2, minute < 60
        else { return nil }
        var milliseconds: Int64 = 0
        if skip(text, Byte.colon) {
            guard let (second, digits) = number(text, upTo: 2), digits == 2, second < 60 else { return nil }
            milliseconds = second * 1_000
            if skip(text, Byte.point) || skip(text, Byte.comma) {
                guard let thousandths = fraction(text) else { return nil }
                milliseconds += thousandths
            }
        }
        milliseconds += minute * 60_000
        guard hour < 24 || (hour == 24 && milliseconds == 0) else { return nil }
        return hour * 3_600_000 + milliseconds
    }

    /// Reads the zone: milliseconds east of Greenwich, 0 if none is written. Real zones end at +14:00.
    private mutating func zone(_ text: Span<UInt8>) -> Int64? {
        while at < end, text[at] == Byte.space { at += 1 }
        guard at < end else { return 0 }
        isLocal = false
        if text[at].lowercased == UInt8(ascii: "z") {
            at += 1
            return 0
        }
        let isWest = text[at] == Byte.minus
        guard isWest || text[at] == Byte.plus else { return nil }
        at += 1
        guard let (hour, hourDigits) = number(text, upTo: 2), hourDigits == 2 else { return nil }
        let hasColon = skip(text, Byte.colon)
        var minute: Int64 = 0
        if hasColon || at < end {
            guard let read = number(text, upTo: 2), read.digits == 2, read.value < 60 else { return nil }
            minute = read.value
        }
        guard hour < 14 || (hour == 14 && minute == 0) else { return nil }
        let offset = (hour * 60 + minute) * 60_000
        return isWest ? -offset : offset
    }
}
