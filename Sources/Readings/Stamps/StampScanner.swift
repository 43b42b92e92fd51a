// Reads the parts of any stamp in one pass: the date in this file, the time of day, the zone and what follows
// in StampScanner+Clock.swift. No list of format strings: people invent more of them than a list would hold,
// and the marks between the numbers tell nearly all. What they do not tell is left open in StampParts.
//
// The text is passed to every call, since a struct that stores a span needs lifetime annotations that the
// language has not settled yet.

internal import Statistics
internal import Text

/// Reads the parts of a stamp from a position on.
struct StampScanner {
    var at: Int
    var end: Int
    var parts = StampParts()
    /// Whether this is the end of a span, which has no span in it.
    var isEndOfSpan = false
    /// The month and the day of a stamp whose year comes after its time of day.
    private var monthAndDay: (month: Int64, day: Int64)?

    init(at: Int, end: Int) {
        self.at = at
        self.end = end
    }

    /// Reads a stamp, or a time of day alone.
    mutating func scan(_ text: Span<UInt8>) -> Bool {
        guard at < end else { return false }
        guard scanDay(text) else {
            parts = StampParts()
            return false
        }
        if case .none = parts.day { return scanClock(text) && scanZoneAndSpan(text) }
        if at < end, parts.clock == nil {
            let mark = self
            if skipDayEnd(text), scanClock(text), scanYearAfterClock(text), scanZoneAndSpan(text), at == end {
                return true
            }
            self = mark
        }
        return monthAndDay == nil && scanZoneAndSpan(text)
    }

    /// Reads the day; ``StampParts/Day/none`` where a time of day begins.
    private mutating func scanDay(_ text: Span<UInt8>) -> Bool {
        guard text[at].isLetter else { return scanNumericDay(text) }
        guard let word = CalendarWord(text.extracting(word(text))) else { return false }
        if word.isWeekday {
            let mark = self
            skipMarks(text)
            if at < end, scanDay(text), parts.day != .none { return true }
            self = mark
        }
        guard let month = word.month else { return false }
        return scanAfterMonth(month, text)
    }

    private mutating func scanNumericDay(_ text: Span<UInt8>) -> Bool {
        let start = at
        guard let (first, digits) = number(text, upTo: 19) else { return false }
        if digits >= 8 { return scanBare(text, first, digits) }
        guard at < end else { return false }
        if digits == 4 { return scanYearFirst(text, first) }
        guard digits <= 2 else { return false }
        switch text[at] {
        case Byte.minus, Byte.slash, Byte.point: if scanYearLast(text, first) { return true }
        case _ where scanDayBeforeMonthName(text, first): return true
        default: break
        }
        at = start
        parts = StampParts()
        return true  // perhaps a time of day
    }

    /// Reads what follows a number of eight digits or more.
    private mutating func scanBare(_ text: Span<UInt8>, _ whole: Int64, _ digits: Int) -> Bool {
        var thousandths: Int64?
        if skip(text, Byte.point) {
            guard let read = fraction(text) else { return false }
            thousandths = read
        }
        let bare = BareStamp(whole: whole, digits: digits, thousandths: thousandths)
        parts.day = .bare(bare)
        guard at < end else { return true }
        // What follows makes a date of it: `20240131T1000`, `20240131100000Z`.
        guard let local = bare.compact else { return false }
        let (day, inDay) = local.flooredDivision(by: CivilDate.millisecondsPerDay)
        parts.day = .known(day)
        if digits > 8 { parts.clock = inDay }
        return true
    }

    /// Reads `-01-31`, `/1/31`, `.01.31`, `-Jan-31` or ` Jan 31` after a year of four digits.
    private mutating func scanYearFirst(_ text: Span<UInt8>, _ year: Int64) -> Bool {
        let mark = text[at]
        guard isDateMark(mark) || mark == Byte.space else { return false }
        at += 1
        let month: Int64
        if at < end, text[at].isLetter {
            guard let named = CalendarWord(text.extracting(word(text)))?.month else { return false }
            month = Int64(named)
            guard at < end, text[at] == mark || text[at] == Byte.space else { return false }
            skipMarks(text)
        } else {
            guard mark != Byte.space, let read = number(text, upTo: 2), skip(text, mark) else { return false }
            month = read.value
        }
        guard let day = number(text, upTo: 2) else { return false }
        return take(year: year, month: month, day: day.value)
    }

    /// Reads `/01/2024`, `-01-24`, `.1.2024`, `. 1. 2024`, `-Jan-2024` or `. Januar 2024` after one or two
    /// digits.
    private mutating func scanYearLast(_ text: Span<UInt8>, _ first: Int64) -> Bool {
        let mark = text[at]
        at += 1
        if mark == Byte.point { skipBlanks(text) }
        guard at < end else { return false }
        if text[at].isLetter { return scanMonthNameAndYear(text, first) }
        guard let second = number(text, upTo: 2), skip(text, mark) else { return false }
        if mark == Byte.point { skipBlanks(text) }
        guard let third = number(text, upTo: 4), third.digits == 4 || third.digits == 2 else { return false }
        parts.day = .open(
            DateNumbers(
                first: Int(first),
                second: Int(second.value),
                third: Int(third.value),
                hasCentury: third.digits == 4,
                isDotted: mark == Byte.point
            )
        )
        return true
    }

    /// Reads ` Jan 2024`, `th January, 2024` or ` de enero de 2024` after one or two digits.
    private mutating func scanDayBeforeMonthName(_ text: Span<UInt8>, _ day: Int64) -> Bool {
        let start = at
        if text[at].isLetter {
            let ordinal = text.extracting(word(text))
            guard
                ordinal.equals("st") || ordinal.equals("nd") || ordinal.equals("rd") || ordinal.equals("th")
                    || ordinal.equals("er")
            else {
                at = start
                return false
            }
        }
        skipMarks(text)
        if at > start, at < end, text[at].isLetter, scanMonthNameAndYear(text, day) { return true }
        at = start
        return false
    }

    private mutating func scanMonthNameAndYear(_ text: Span<UInt8>, _ day: Int64) -> Bool {
        skipWord(among: Self.ofWords, text)
        guard let month = CalendarWord(text.extracting(word(text)))?.month else { return false }
        skipMarks(text)
        skipWord(among: Self.ofWords, text)
        guard let year = year(text) else { return false }
        return take(year: year, month: Int64(month), day: day)
    }

    /// Reads ` 31, 2024` or `-31-24` after the name of a month; of ` 31 10:00:00 2024` the day.
    private mutating func scanAfterMonth(_ month: Int, _ text: Span<UInt8>) -> Bool {
        skipMarks(text)
        guard let day = number(text, upTo: 2) else { return false }
        if at < end, text[at].isLetter { _ = word(text) }  // th
        let mark = at
        skipMarks(text)
        if at > mark, let year = year(text), at == end || text[at] != Byte.colon {
            return take(year: year, month: Int64(month), day: day.value)
        }
        at = mark
        monthAndDay = (Int64(month), day.value)
        parts.day = .known(0)  // until the year is read
        return true
    }

    /// Reads the year in `Jan 31 10:00:00 2024` and `Jan 31 10:00:00 UTC 2024`.
    private mutating func scanYearAfterClock(_ text: Span<UInt8>) -> Bool {
        guard let (month, day) = monthAndDay else { return true }
        skipBlanks(text)
        if at < end, text[at].isLetter {
            guard scanZone(text) else { return false }
            skipBlanks(text)
        }
        guard let year = number(text, upTo: 4), year.digits == 4 else { return false }
        monthAndDay = nil
        return take(year: year.value, month: month, day: day)
    }

    private mutating func take(year: Int64, month: Int64, day: Int64) -> Bool {
        guard let days = DateNumbers.days(Int(year), Int(month), Int(day)) else { return false }
        parts.day = .known(days)
        return true
    }

    /// Reads a year of four or two digits; two are 1970…2069.
    private mutating func year(_ text: Span<UInt8>) -> Int64? {
        let start = at
        guard let (value, digits) = number(text, upTo: 4), digits == 4 || digits == 2 else {
            at = start
            return nil
        }
        return digits == 4 ? value : value < 70 ? 2_000 + value : 1_900 + value
    }

    /// `of` in the languages whose months are known.
    private static let ofWords: Set<String> = ["of", "de", "del"]

    /// `at` in the languages whose months are known.
    private static let atWords: Set<String> = ["at", "um", "a", "alle", "ore", "om"]

    /// Skips what separates the day from the time of day: a `T`, blanks, ` at `, ` - `, `, `, `_`, a colon
    /// or, before a time with points, a minus.
    private mutating func skipDayEnd(_ text: Span<UInt8>) -> Bool {
        let start = at
        switch text[at] {
        case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "_"), Byte.colon: at += 1
        case Byte.minus where at + 3 < end && text[at + 3] == Byte.point: at += 1
        case Byte.comma:
            at += 1
            skipBlanks(text)
        default:
            skipBlanks(text)
            guard at > start, at + 1 < end else { return false }
            if text[at] == Byte.minus, text[at + 1] == Byte.space { at += 2 }
            skipWord(among: Self.atWords, text)
        }
        return at < end && text[at].digit <= 9
    }
}

// MARK: Bytes

extension StampScanner {
    /// Reads up to `limit` digits: their value, and how many there were; nil if there are none, or too many
    /// for an Int64.
    mutating func number(_ text: Span<UInt8>, upTo limit: Int) -> (value: Int64, digits: Int)? {
        let start = at
        var value: Int64 = 0
        while at < end, at - start < limit, text[at].digit <= 9 {
            let (tenfold, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = tenfold.addingReportingOverflow(Int64(text[at].digit))
            guard !isTooLarge, !isLarger else { return nil }
            value = sum
            at += 1
        }
        return at > start ? (value, at - start) : nil
    }

    /// Reads the digits after a point, however many, in thousandths; nil if there are none.
    mutating func fraction(_ text: Span<UInt8>) -> Int64? {
        guard let (value, digits) = number(text, upTo: 3) else { return nil }
        while at < end, text[at].digit <= 9 { at += 1 }
        return digits == 3 ? value : digits == 2 ? value * 10 : value * 100
    }

    /// Skips a byte if it comes next.
    mutating func skip(_ text: Span<UInt8>, _ byte: UInt8) -> Bool {
        guard at < end, text[at] == byte else { return false }
        at += 1
        return true
    }

    /// Reads letters.
    mutating func word(_ text: Span<UInt8>) -> Range<Int> {
        let start = at
        // In UTF-8 a no-break space begins like an accented letter or like a dash.
        while at < end, text[at].isLetter, blank(text) == 0 { at += 1 }
        return start..<at
    }

    /// How many bytes the blank has that comes next: one, two (U+00A0), three (U+202F, U+2009); 0 if none
    /// does.
    func blank(_ text: Span<UInt8>) -> Int {
        switch text[at] {
        case Byte.space, Byte.tab: 1
        case 0xc2 where at + 1 < end && text[at + 1] == 0xa0: 2
        case 0xe2
        where at + 2 < end && text[at + 1] == 0x80 && (text[at + 2] == 0xaf || text[at + 2] == 0x89): 3
        default: 0
        }
    }

    /// Skips blanks.
    mutating func skipBlanks(_ text: Span<UInt8>) {
        while at < end {
            let length = blank(text)
            guard length > 0 else { return }
            at += length
        }
    }

    /// Skips a word and the blanks after it, if it is one of these.
    mutating func skipWord(among words: Set<String>, _ text: Span<UInt8>) {
        guard at < end, text[at].isLetter else { return }
        let start = at
        guard words.contains(text.extracting(word(text)).folded) else {
            at = start
            return
        }
        skipBlanks(text)
    }

    /// Skips blanks and the marks that stand between the parts of a date with a name.
    mutating func skipMarks(_ text: Span<UInt8>) {
        skipBlanks(text)
        if at < end, isDateMark(text[at]) || text[at] == Byte.comma { at += 1 }
        skipBlanks(text)
    }

    private func isDateMark(_ byte: UInt8) -> Bool {
        byte == Byte.minus || byte == Byte.slash || byte == Byte.point
    }
}

extension UInt8 {
    /// Whether this is an ASCII letter or a byte of another character.
    var isLetter: Bool { self >= 0x80 || lowercased &- UInt8(ascii: "a") < 26 }
}
