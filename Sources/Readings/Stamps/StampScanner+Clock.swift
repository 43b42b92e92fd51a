// The time of day.

internal import Text

extension StampScanner {
    /// Reads a time of day: `9:30`, `09:30:00.250`, `09.30`, `9h30`, `0930`, `093000`, `9:30 PM`, `9 p.m.`.
    mutating func scanClock(_ text: Span<UInt8>) -> Bool {
        skipNoDays(text)
        guard let (first, digits) = number(text, upTo: 6) else { return false }
        var clock: Int64
        switch digits {
        case 1, 2:
            guard let rest = scanAfterHour(text, first) else { return false }
            clock = rest
        case 4: clock = (first / 100 * 60 + first % 100) * 60_000
        case 6: clock = (first / 10_000 * 3_600 + first / 100 % 100 * 60 + first % 100) * 1_000
        default: return false
        }
        if digits >= 4 {
            let (minute, second) = digits == 4 ? (first % 100, 0) : (first / 100 % 100, first % 100)
            guard minute < 60, second < 60 else { return false }
            if digits == 6, at + 1 < end, text[at] == Byte.point || text[at] == Byte.comma,
                text[at + 1].digit <= 9
            {
                at += 1
                clock += fraction(text) ?? 0
            }
        }
        guard scanMeridiem(text, &clock), clock <= CivilDate.millisecondsPerDay else { return false }
        skipUhr(text)
        parts.clock = clock
        return true
    }

    /// Reads the minutes and seconds after an hour: the whole in milliseconds, more than a day if the hour is
    /// too large; nil if they are not well formed.
    private mutating func scanAfterHour(_ text: Span<UInt8>, _ hour: Int64) -> Int64? {
        let whole = hour * 3_600_000
        guard at < end else { return nil }
        let mark = text[at].lowercased
        guard mark == Byte.colon || mark == Byte.point || mark == UInt8(ascii: "h") else {
            let isTwelve = meridiem(text) != nil
            return isTwelve ? whole : nil
        }
        at += 1
        guard let minute = sixtieth(text) else { return mark == UInt8(ascii: "h") ? whole : nil }
        var milliseconds = minute * 60_000
        if at < end, text[at] == (mark == UInt8(ascii: "h") ? Byte.colon : mark) {
            at += 1
            guard let second = sixtieth(text) else { return nil }
            milliseconds += second * 1_000
            if at < end, text[at] == Byte.point || text[at] == Byte.comma || text[at] == Byte.colon {
                at += 1
                guard let thousandths = fraction(text) else { return nil }
                milliseconds += thousandths
            }
        }
        return whole + milliseconds
    }

    /// Reads two digits below 60.
    mutating func sixtieth(_ text: Span<UInt8>) -> Int64? {
        guard let (value, digits) = number(text, upTo: 2), digits == 2, value < 60 else { return nil }
        return value
    }

    /// Reads `AM` or `PM`, if there is one, and puts the hour right; false if the hour does not fit it.
    /// `13:00 PM` is written by programs that mean 13:00.
    private mutating func scanMeridiem(_ text: Span<UInt8>, _ clock: inout Int64) -> Bool {
        guard let (isAfternoon, next) = meridiem(text) else { return true }
        at = next
        parts.isTwelveHour = true
        let (hour, half) = (clock / 3_600_000, CivilDate.millisecondsPerDay / 2)
        if hour == 12 { clock -= half }
        guard isAfternoon else { return hour <= 12 }
        if hour <= 12 { clock += half }
        return hour < 24
    }

    /// What `AM`, `p.m.` or `a. m.` comes next, blanks before it, and where it ends; nil if none does.
    private func meridiem(_ text: Span<UInt8>) -> (isAfternoon: Bool, next: Int)? {
        var ahead = self
        ahead.skipBlanks(text)
        guard ahead.at < end else { return nil }
        let letter = text[ahead.at].lowercased
        guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
        ahead.at += 1
        let hasPoint = ahead.skip(text, Byte.point)
        if hasPoint { ahead.skipBlanks(text) }
        // `01:00a` ends with it; `1a` is no time of day.
        if !hasPoint, ahead.at == end, at > 2, text[at - 3] == Byte.colon {
            return (letter == UInt8(ascii: "p"), ahead.at)
        }
        guard ahead.at < end, text[ahead.at].lowercased == UInt8(ascii: "m") else { return nil }
        ahead.at += 1
        if hasPoint { _ = ahead.skip(text, Byte.point) }
        guard ahead.at == end || !text[ahead.at].isLetter || ahead.blank(text) > 0 else { return nil }
        return (letter == UInt8(ascii: "p"), ahead.at)
    }

    /// Skips `0 days `, with which pandas begins a time since midnight.
    private mutating func skipNoDays(_ text: Span<UInt8>) {
        let start = at
        if skip(text, Byte.zero) {
            skipBlanks(text)
            if text.extracting(word(text)).equals("days") {
                skipBlanks(text)
                return
            }
        }
        at = start
    }

    /// Skips ` Uhr`, which is German for o'clock.
    private mutating func skipUhr(_ text: Span<UInt8>) {
        let start = at
        skipBlanks(text)
        if !text.extracting(word(text)).equals("uhr") { at = start }
    }
}
