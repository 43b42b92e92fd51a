// A pull parser for JSON (RFC 8259), over bytes in memory. Foundation's decoders want the shape of a document
// beforehand and make a String of every cell; a month of readings has millions of cells, in several dialects.

internal import Text

/// What is wrong with a text that should be JSON, as the end of a sentence about it.
struct JSONFailure: Error, Equatable {
    let message: String
}

/// A text, number or word of JSON.
struct JSONCell: Equatable {
    enum Kind { case text, number, word, null }

    let kind: Kind
    /// Where it is in the scanner's bytes, without quotes and blanks around it, and without escapes.
    let range: Range<Int>
}

/// Reads JSON from its start, part by part.
struct JSONScanner {
    /// Deeper nesting is refused: a reader would need as much stack.
    private static let deepest = 64

    /// The text; behind it the texts whose escapes were undone.
    private(set) var bytes: [UInt8]
    /// The next byte.
    private(set) var position = 0
    private let end: Int
    /// Whether an object or array was just begun, so that no comma comes.
    private var isFirst = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
    }

    /// The next byte that is no blank, without passing it; nil at the end.
    mutating func peek() -> UInt8? {
        while position < end, bytes[position].isBlank { position += 1 }
        return position < end ? bytes[position] : nil
    }

    /// Passes the brace or bracket that begins an object or array.
    mutating func begin(_ mark: UInt8) throws(JSONFailure) {
        guard peek() == mark else {
            let wanted = "`\(Character(Unicode.Scalar(mark)))`"
            guard position < end else { throw unexpected(wanted) }
            throw JSONFailure(message: "no UrbanDataset: expected \(wanted) in the place of something else")
        }
        position += 1
        isFirst = true
    }

    /// Passes a key of an object and the colon; nil passes the end of the object.
    mutating func nextKey() throws(JSONFailure) -> Range<Int>? {
        guard try passesComma(or: UInt8(ascii: "}")) else { return nil }
        let key = try text()
        guard peek() == Byte.colon else { throw unexpected("`:`") }
        position += 1
        return key
    }

    /// Whether there is another element of an array; false passes the end of the array.
    mutating func nextElement() throws(JSONFailure) -> Bool {
        try passesComma(or: UInt8(ascii: "]"))
    }

    private mutating func passesComma(or closing: UInt8) throws(JSONFailure) -> Bool {
        let next = peek()
        let wasFirst = isFirst
        isFirst = false
        if next == closing {
            position += 1
            return false
        }
        if wasFirst { return true }
        guard next == Byte.comma else { throw unexpected("a comma or the end of what was begun") }
        position += 1
        return true
    }

    /// Passes a text, number or word; nil, and passes it too, for an object or array.
    mutating func cell() throws(JSONFailure) -> JSONCell? {
        switch peek() {
        case Byte.quote?:
            let range = try text()
            return JSONCell(kind: .text, range: bytes.span.trimmed(range))
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
            try skip()
            return nil
        case let first?:
            let start = position
            while position < end, !Self.endsWord(bytes[position]) { position += 1 }
            let range = start..<position
            if first == Byte.minus || first.digit <= 9 { return JSONCell(kind: .number, range: range) }
            return try word(range)
        case nil: throw unexpected("a value")
        }
    }

    private func word(_ range: Range<Int>) throws(JSONFailure) -> JSONCell {
        let word = bytes.span.extracting(range)
        if word.equals("null") { return JSONCell(kind: .null, range: range) }
        // Not of JSON, but written by programs all the same.
        if word.equals("nan") || word.equals("infinity") { return JSONCell(kind: .word, range: range) }
        guard word.equals("true") || word.equals("false") else {
            throw unexpected("a value", at: range.lowerBound)
        }
        return JSONCell(kind: .word, range: range)
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case Byte.comma, Byte.colon, Byte.quote, UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["),
            UInt8(ascii: "]"):
            true
        default: byte.isBlank
        }
    }

    /// Passes a value of any kind.
    mutating func skip() throws(JSONFailure) {
        var depth = 0
        repeat {
            switch peek() {
            case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
                depth += 1
                guard depth <= Self.deepest else { throw JSONFailure(message: "JSON nested too deeply") }
                position += 1
            case UInt8(ascii: "}")?, UInt8(ascii: "]")?:
                depth -= 1
                guard depth >= 0 else { throw unexpected("a value") }
                position += 1
            case Byte.comma?, Byte.colon?:
                guard depth > 0 else { throw unexpected("a value") }
                position += 1
            case nil: throw unexpected("a value")
            default: _ = try cell()
            }
        } while depth > 0
        isFirst = false
    }

    // MARK: Texts

    /// Passes a text in quotes.
    private mutating func text() throws(JSONFailure) -> Range<Int> {
        guard peek() == Byte.quote else { throw unexpected("a text in quotes") }
        position += 1
        let start = position
        while position < end {
            let byte = bytes[position]
            if byte == Byte.quote {
                position += 1
                return start..<position - 1
            }
            if byte == UInt8(ascii: "\\") { return try escapedText(from: start) }
            position += 1
        }
        throw JSONFailure(message: "a text that is never closed")
    }

    /// Passes the rest of a text with escapes, and keeps it without them behind the document.
    private mutating func escapedText(from start: Int) throws(JSONFailure) -> Range<Int> {
        let kept = bytes.count
        for index in start..<position { bytes.append(bytes[index]) }
        while position < end {
            let byte = bytes[position]
            position += 1
            if byte == Byte.quote { return kept..<bytes.count }
            if byte == UInt8(ascii: "\\") { try undoEscape() } else { bytes.append(byte) }
        }
        throw JSONFailure(message: "a text that is never closed")
    }

    private mutating func undoEscape() throws(JSONFailure) {
        guard position < end else { throw JSONFailure(message: "a text that is never closed") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case Byte.quote, Byte.slash, UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(8)
        case UInt8(ascii: "f"): bytes.append(12)
        case UInt8(ascii: "n"): bytes.append(Byte.lineFeed)
        case UInt8(ascii: "r"): bytes.append(Byte.carriageReturn)
        case UInt8(ascii: "t"): bytes.append(Byte.tab)
        case UInt8(ascii: "u"): try undoUnicode()
        default: throw unexpected("an escape", at: position - 1)
        }
    }

    /// A code unit of UTF-16, or two that are one character; half of a pair becomes a replacement character.
    private mutating func undoUnicode() throws(JSONFailure) {
        var units = [try codeUnit()]
        if UTF16.isLeadSurrogate(units[0]), position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            units.append(try codeUnit())
        }
        bytes.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
    }

    private mutating func codeUnit() throws(JSONFailure) -> UInt16 {
        guard position + 4 <= end,
            bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw unexpected("four hexadecimal digits") }
        position += 4
        return unit
    }

    private func unexpected(_ expected: String, at place: Int? = nil) -> JSONFailure {
        let place = place ?? position
        guard place < end else {
            return JSONFailure(message: "JSON that ends too early: expected \(expected)")
        }
        return JSONFailure(message: "no JSON: expected \(expected)")
    }
}
