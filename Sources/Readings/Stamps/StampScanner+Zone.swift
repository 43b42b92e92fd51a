// The zone, and the end of a span of time.

internal import Text

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

    /// Reads what may follow an offset, or stand in its place: `[Europe/Paris]`, `(CET)`, `(UTC+01:00)`, `
    /// CET`.
    private mutating func scanNoteOfZone(_ text: Span<UInt8>) -> Bool {
        let start = at
        skipBlanks(text)
        guard at < end else { return true }
        if text[at].isLetter {
            if parts.zone == .none || ZoneWord(text.extracting(word(text))) == nil { at = start }
            return true
        }
        let opening = text[at]
        guard opening == UInt8(ascii: "[") || opening == UInt8(ascii: "(") else {
            at = start
            return true
        }
        let closing = UInt8(ascii: opening == UInt8(ascii: "[") ? "]" : ")")
        var inner = StampScanner(at: at + 1, end: at + 1)
        while inner.end < end, text[inner.end] != closing { inner.end += 1 }
        guard inner.end < end, inner.end > inner.at else { return false }
        at = inner.end + 1
        guard inner.scanZone(text), inner.at == inner.end else { return parts.zone != .none }  // a remark
        parts.region = inner.parts.region
        if parts.zone == .none { parts.zone = inner.parts.zone }
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
        parts.spanEnd = at
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
