// Reads a line's bytes from left to right. Bytes, not characters: comparing Characters costs more than a search for
// a neighbour does. The bytes are passed to every call, since a struct that stores a span needs lifetime annotations
// the language has not settled yet.

/// A place in a line, and what can be read from there on. The line was validated: it is UTF-8 without control
/// characters other than tab.
struct LineScanner {
    /// The next byte to read.
    var at = 0
    /// The number of bytes in the line.
    let end: Int

    init(_ text: Span<UInt8>) {
        end = text.count
    }

    /// Skips blanks; true if nothing follows them.
    mutating func isAtEnd(_ text: Span<UInt8>) -> Bool {
        while at < end, text[at].isBlank { at += 1 }
        return at == end
    }

    /// Skips blanks and reads up to the next one. Empty only at the end of the line.
    mutating func token(_ text: Span<UInt8>) -> Range<Int> {
        guard !isAtEnd(text) else { return end..<end }
        let start = at
        while at < end, !text[at].isBlank { at += 1 }
        return start..<at
    }

    /// Skips blanks, and this byte if it comes next.
    mutating func take(_ byte: Unicode.Scalar, _ text: Span<UInt8>) -> Bool {
        guard !isAtEnd(text), text[at] == UInt8(ascii: byte) else { return false }
        at += 1
        return true
    }

    /// Skips blanks and reads a token or a JSON string.
    ///
    /// - Throws: `bad_request` if nothing follows, or if a JSON string is not ended or not followed by a blank.
    mutating func word(_ what: String, _ text: Span<UInt8>) throws(RequestError) -> String {
        guard !isAtEnd(text) else { throw RequestError(.badRequest, "the \(what) is missing") }
        guard text[at] == UInt8(ascii: "\"") else { return text.string(token(text)) }
        let word = try jsonString(what, text)
        guard at == end || text[at].isBlank else {
            throw RequestError(.badRequest, "after the closing quote of the \(what) comes no blank")
        }
        return word
    }

    /// Throws `bad_request` if anything but blanks follows.
    mutating func expectEnd(_ text: Span<UInt8>) throws(RequestError) {
        guard isAtEnd(text) else {
            throw RequestError(.badRequest, "\(text.excerpt(token(text))) is one token too many")
        }
    }
}
