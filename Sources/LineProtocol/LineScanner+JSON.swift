// As much of JSON as the protocol needs, without recursion: no request can nest deep enough to exhaust a stack.

extension LineScanner {
    /// Reads a JSON string, whose opening quote comes next.
    ///
    /// - Throws: `bad_request` if it is not ended, or holds an escape JSON does not know.
    mutating func jsonString(_ what: String, _ text: Span<UInt8>) throws(RequestError) -> String {
        guard take("\"", text) else {
            throw RequestError(.badRequest, "the \(what) is not a JSON string; put it in double quotes")
        }
        let start = at
        while at < end, text[at] != UInt8(ascii: "\""), text[at] != UInt8(ascii: "\\") { at += 1 }
        guard at < end else { throw unended(what) }
        if text[at] == UInt8(ascii: "\"") {
            at += 1
            return text.string(start..<at - 1)
        }
        return try escapedString(what, from: start, text)
    }

    /// The rest of a JSON string whose first backslash comes next.
    private mutating func escapedString(
        _ what: String,
        from start: Int,
        _ text: Span<UInt8>
    ) throws(RequestError) -> String {
        var result = text.string(start..<at)
        while at < end {
            let run = at
            while at < end, text[at] != UInt8(ascii: "\""), text[at] != UInt8(ascii: "\\") { at += 1 }
            result += text.string(run..<at)
            guard at + 1 < end || (at < end && text[at] == UInt8(ascii: "\"")) else { break }
            at += 1
            if text[at - 1] == UInt8(ascii: "\"") { return result }
            guard let scalar = escape(text) else {
                throw RequestError(.badRequest, "the \(what) holds an escape that JSON does not know")
            }
            result.unicodeScalars.append(scalar)
        }
        throw unended(what)
    }

    /// What the escape means whose backslash was read.
    private mutating func escape(_ text: Span<UInt8>) -> Unicode.Scalar? {
        let letter = text[at]
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicodeEscape(text)
        default: return nil
        }
    }

    /// Four hexadecimal digits, or a pair of surrogates; nil for half a pair.
    private mutating func unicodeEscape(_ text: Span<UInt8>) -> Unicode.Scalar? {
        guard let first = fourDigits(text) else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard at + 6 <= end, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else {
            return nil
        }
        at += 2
        guard let second = fourDigits(text), (0xDC00..<0xE000).contains(second) else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func fourDigits(_ text: Span<UInt8>) -> UInt32? {
        guard at + 4 <= end else { return nil }
        var value: UInt32 = 0
        for index in at..<at + 4 {
            guard let digit = text[index].hexadecimalDigit else { return nil }
            value = value << 4 | UInt32(digit)
        }
        at += 4
        return value
    }

    /// Throws `bad_request` unless this byte comes next.
    mutating func expect(_ byte: Unicode.Scalar, _ text: Span<UInt8>) throws(RequestError) {
        guard take(byte, text) else {
            let found = at < end ? text.excerpt(token(text)) : "the end of the line"
            throw RequestError(.badRequest, "the JSON has \(found) where \(byte) should be")
        }
    }

    private func unended(_ what: String) -> RequestError {
        RequestError(.badRequest, "the \(what) has no closing quote")
    }
}
