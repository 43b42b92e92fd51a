// As much of JSON as the protocol needs, without recursion: no request can nest deep enough to exhaust the
// stack.

internal import Readings
internal import Verdicts

extension LineScanner {
    /// The object form of a query, whose opening brace comes next.
    mutating func window(_ text: Span<UInt8>) throws(RequestError) -> (ReadingWindow, QueryOptions) {
        var members = WindowMembers()
        try expect("{", text)
        if !take("}", text) {
            repeat {
                let key = try jsonString("member's name", text)
                try expect(":", text)
                try members.read(key, &self, text)
            } while take(",", text)
            try expect("}", text)
        }
        return (try members.window(clocks), members.options)
    }

    /// An array of arrays of numbers and nulls, all of one length.
    fileprivate mutating func rows(_ text: Span<UInt8>) throws(RequestError) -> [[Double]] {
        var rows: [[Double]] = []
        try expect("[", text)
        repeat {
            let row = try row(text)
            if let first = rows.first, first.count != row.count {
                throw RequestError(
                    .wrongChannels,
                    "a reading has \(row.count) values, and those before it have \(first.count)"
                )
            }
            rows.append(row)
        } while take(",", text)
        try expect("]", text)
        return rows
    }

    private mutating func row(_ text: Span<UInt8>) throws(RequestError) -> [Double] {
        var row: [Double] = []
        try expect("[", text)
        repeat {
            guard row.count < RequestLimit.values else {
                throw RequestError(.limit, "a reading has more than \(RequestLimit.values) values")
            }
            let code = try jsonStateValue(at: row.count, text)
            if let code { row.append(code) } else { row.append(try numberOrNull(text)) }
        } while take(",", text)
        try expect("]", text)
        return row
    }

    private mutating func numberOrNull(_ text: Span<UInt8>) throws(RequestError) -> Double {
        guard !isAtEnd(text) else { throw RequestError(.badRequest, "the JSON ends inside the values") }
        let start = at
        if takeNull(text) { return .nan }
        let value = number(text)
        return try checkedValue(
            value,
            text,
            written: start..<(value == nil ? token(text).upperBound : at)
        )
    }

    mutating func takeNull(_ text: Span<UInt8>) -> Bool { take(word: "null", text) }

    private mutating func take(word: StaticString, _ text: Span<UInt8>) -> Bool {
        let length = word.utf8CodeUnitCount
        guard at + length <= end, text[at] == word.utf8Start.pointee,
            text.string(at..<at + length) == word.description
        else { return false }
        at += length
        return true
    }

    fileprivate mutating func truth(_ what: String, _ text: Span<UInt8>) throws(RequestError) -> Bool {
        if !isAtEnd(text), take(word: "true", text) { return true }
        if !isAtEnd(text), take(word: "false", text) { return false }
        throw RequestError(.badRequest, "'\(what)' is true or false, without quotes")
    }

    fileprivate mutating func count(
        _ what: String,
        limit: Int,
        _ text: Span<UInt8>
    ) throws(RequestError) -> Int {
        let value = isAtEnd(text) ? nil : number(text)
        return try Self.checkedCount(value, what, limit: limit)
    }
}

/// The members of a window read so far, each at most once.
private struct WindowMembers {
    var options = QueryOptions()
    private var seen: Set<String> = []
    private var meter: Name?
    private var end: WrittenStamp?
    private var rows: [[Double]]?
    private var interval: Int?

    mutating func read(
        _ key: String,
        _ scanner: inout LineScanner,
        _ text: Span<UInt8>
    ) throws(RequestError) {
        guard seen.insert(key).inserted else {
            throw RequestError(.badRequest, "'\(key.prefix(40))' is given twice")
        }
        switch key {
        case "meter":
            let name = Name(try scanner.jsonString(key, text))
            try RequestLimit.check(name: name, as: key)
            meter = name
        case "end": end = try LineScanner.checkedStamp(try scanner.jsonString(key, text), key)
        case "values": rows = try scanner.rows(text)
        case "interval": interval = try scanner.count(key, limit: RequestLimit.intervalSeconds, text)
        case "k": options.neighbours = try scanner.count(key, limit: RequestLimit.neighbours, text)
        case "where":
            options.filter = try NeighbourFilter(
                parsing: scanner.jsonString(key, text),
                clock: scanner.clocks.standard
            )
        case "probes": options.probes = try scanner.count(key, limit: RequestLimit.probes, text)
        case "why": options.explains = try scanner.truth(key, text)
        default:
            throw RequestError(
                .badRequest,
                "'\(key.prefix(40))' is not a member; "
                    + "the members are meter, end, values, interval, k, probes, why and where"
            )
        }
    }

    func window(_ clocks: MeterClocks) throws(RequestError) -> ReadingWindow {
        guard let meter else { throw RequestError(.badRequest, "the JSON has no meter") }
        guard let end else { throw RequestError(.badRequest, "the JSON has no end") }
        guard let rows else { throw RequestError(.badRequest, "the JSON has no values") }
        let time = try clocks[meter].required(end)
        return ReadingWindow(
            meter: meter,
            end: time,
            rows: rows,
            interval: interval.map { Int64($0) * 1_000 }
        )
    }
}

// MARK: JSON

extension LineScanner {
    /// Reads a JSON string, whose opening quote comes next.
    ///
    /// - Throws: `bad_request` if it is not closed, or contains an escape that JSON does not have.
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
                throw RequestError(.badRequest, "the \(what) contains an escape that JSON does not have")
            }
            result.unicodeScalars.append(scalar)
        }
        throw unended(what)
    }

    /// The scalar of an escape whose backslash was read; nil for an unknown escape.
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
            throw RequestError(.badRequest, "the JSON has \(found) where \(byte) is expected")
        }
    }

    private func unended(_ what: String) -> RequestError {
        RequestError(.badRequest, "the \(what) has no closing quote")
    }
}
