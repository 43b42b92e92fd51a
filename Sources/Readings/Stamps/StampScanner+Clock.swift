// The time of day, the zone, and the end of a span.

internal import Text

extension StampScanner {
    /// Reads a time of day: `9:30`, `09:30:00.250`, `09.30`, `9h30`, `0930`, `093000`, `9:30 PM`, `9 p.m.`.
    mutating func scanClock(_ text: Span<UInt8>) -> Bool {
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
        skipWord("uhr", text)
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
    private mutating func sixtieth(_ text: Span<UInt8>) -> Int64? {
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
        guard ahead.at < end, text[ahead.at].lowercased == UInt8(ascii: "m") else { return nil }
        ahead.at += 1
        if hasPoint { _ = ahead.skip(text, Byte.point) }
        guard ahead.at == end || !text[ahead.at].isLetter || ahead.blank(text) > 0 else { return nil }
        return (letter == UInt8(ascii: "p"), ahead.at)
    }

    /// Skips a word, blanks before it, if it comes next.
    private mutating func skipWord(_ word: StaticString, _ text: Span<UInt8>) {
        let start = at
        skipBlanks(text)
        if !text.extracting(self.word(text)).equals(word) { at = start }
    }
}

// MARK: The zone

extension StampScanner {
    /// Reads the zone and the end of a span, if they are there, up to the end of the text.
    mutating func scanZoneAndSpan(_ text: Span<UInt8>) -> Bool {
        guard scanZone(text) else { return false }
        skipBlanks(text)
        return at == end || scanSpan(text)
    }

    /// Reads `Z`, `+01:00`, ` UTC`, ` CET`, ` (CET)`, ` GMT+1`, `[Europe/Paris]` or ` Europe/Paris`, if it is
    /// there.
    mutating func scanZone(_ text: Span<UInt8>) -> Bool {
        let start = at
        skipBlanks(text)
        guard at < end, parts.zone == .none else { return true }
        if text[at] == Byte.plus || text[at] == Byte.minus {
            let isMinus = text[at] == Byte.minus
            guard let offset = offset(text) else {
                at = start
                return true  // perhaps the end of a span
            }
            parts.zone = .offset(offset)
            parts.mayBeSpan = isMinus && text[at - 3] == Byte.colon
        } else if text[at].isLetter {
            guard scanZoneWord(text) else {
                at = start
                return true
            }
        }
        return scanNoteOfZone(text)
    }

    /// Reads what may follow an offset, or stand in its place: `[Europe/Paris]`, `(CET)`.
    private mutating func scanNoteOfZone(_ text: Span<UInt8>) -> Bool {
        let start = at
        skipBlanks(text)
        guard at < end else { return true }
        let opening = text[at]
        guard opening == UInt8(ascii: "[") || opening == UInt8(ascii: "(") else {
            at = start
            return true
        }
        at += 1
        let first = at
        let closing = UInt8(ascii: opening == UInt8(ascii: "[") ? "]" : ")")
        while at < end, text[at] != closing { at += 1 }
        guard at < end, at > first else { return false }
        let name = first..<at
        at += 1
        if isRegion(text.extracting(name)) {
            parts.region = name
            return true
        }
        guard parts.zone == .none else { return true }  // a remark on the offset
        switch ZoneWord(text.extracting(name)) {
        case .offset(let offset)?: parts.zone = .offset(offset)
        case .ambiguous?: parts.zone = .ambiguous(name)
        case nil: return false
        }
        return true
    }

    private mutating func scanZoneWord(_ text: Span<UInt8>) -> Bool {
        let start = at
        while at < end, isRegionByte(text[at]) { at += 1 }
        if isRegion(text.extracting(start..<at)) {
            parts.region = start..<at
            return true
        }
        at = start
        let word = word(text)
        switch ZoneWord(text.extracting(word)) {
        case .offset(let base)?:
            parts.zone = .offset(base + (base == 0 ? offsetAfterWord(text) : 0))
        case .ambiguous?: parts.zone = .ambiguous(word)
        case nil: return false
        }
        return true
    }

    /// Reads the offset of `UTC+1`, if there is one.
    private mutating func offsetAfterWord(_ text: Span<UInt8>) -> Int64 {
        let start = at
        guard at < end, text[at] == Byte.plus || text[at] == Byte.minus else { return 0 }
        if let offset = offset(text) { return offset }
        at = start
        let isWest = text[at] == Byte.minus
        at += 1
        guard let (hours, _) = number(text, upTo: 2), hours <= 14, at == end || text[at].digit > 9 else {
            at = start
            return 0
        }
        return (isWest ? -hours : hours) * 3_600_000
    }

    /// Reads `+01:00`, `-0530` or `+01`, in milliseconds east of Greenwich; nil if it is none. Real offsets
    /// end at +14:00.
    private mutating func offset(_ text: Span<UInt8>) -> Int64? {
        let isWest = text[at] == Byte.minus
        at += 1
        guard let (hour, digits) = number(text, upTo: 2), digits == 2 else { return nil }
        var minute: Int64 = 0
        let hasColon = skip(text, Byte.colon)
        if hasColon || (at < end && text[at].digit <= 9) {
            guard let read = sixtieth(text) else { return nil }
            minute = read
        }
        guard hour < 14 || (hour == 14 && minute == 0) else { return nil }
        let offset = (hour * 60 + minute) * 60_000
        return isWest ? -offset : offset
    }

    private func isRegion(_ name: Span<UInt8>) -> Bool {
        guard (5...40).contains(name.count), name[0].isLetter else { return false }
        var hasSlash = false
        for index in 0..<name.count {
            guard isRegionByte(name[index]) else { return false }
            if name[index] == Byte.slash { hasSlash = true }
        }
        return hasSlash && name[name.count - 1].isLetter
    }

    private func isRegionByte(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte.isLetter || byte == Byte.slash || byte == UInt8(ascii: "_") || byte == Byte.minus
    }
}

// MARK: Spans of time

extension StampScanner {
    /// Reads the end of a span: ` - 01:00`, `/2024-01-31T11:00Z`, ` bis 31.01.2024 11:00`.
    mutating func scanSpan(_ text: Span<UInt8>) -> Bool {
        guard !isEndOfSpan, skipSpanMark(text), at < end else { return false }
        var last = StampScanner(at: at, end: end)
        last.isEndOfSpan = true
        guard last.scan(text), last.at == end else { return false }
        // The end of a day is no date: a span of dates has two.
        if parts.clock == nil, parts.day != .none, last.parts.day == .none { return false }
        parts.isSpan = true
        at = end
        return true
    }

    /// Skips `-`, `–`, `—`, `/`, `~`, `to`, `bis`, … and the blanks after it.
    private mutating func skipSpanMark(_ text: Span<UInt8>) -> Bool {
        switch text[at] {
        case Byte.minus:
            at += 1
            _ = skip(text, UInt8(ascii: ">"))
        case Byte.slash, UInt8(ascii: "~"): at += 1
        case 0xe2
        where at + 2 < end && text[at + 1] == 0x80 && (text[at + 2] == 0x93 || text[at + 2] == 0x94):
            at += 3
        default:
            guard text[at].isLetter, Self.spanWords.contains(text.extracting(word(text)).folded) else {
                return false
            }
        }
        skipBlanks(text)
        return true
    }

    /// `to` in the languages whose months are known.
    private static let spanWords: Set<String> = [
        "to", "until", "till", "bis", "a", "au", "al", "hasta", "tot",
    ]
}
