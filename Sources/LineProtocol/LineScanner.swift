// Reads a line's bytes from left to right. Bytes, not characters: comparing Characters costs more than a
// search for a neighbour does. The bytes are passed to every call, since a struct that stores a span needs
// lifetime annotations that the language has not settled yet.

internal import Readings
internal import Verdicts

/// A position in a line, and what can be read from there on. The line was checked: it is UTF-8 without
/// control characters other than tab.
struct LineScanner {
    /// The next byte to read.
    var at = 0
    /// The number of bytes in the line.
    let end: Int
    /// The clocks of times without an offset.
    let clocks: MeterClocks
    /// The states among the values.
    let states: States

    init(_ text: Span<UInt8>, clocks: MeterClocks, states: States = States()) {
        end = text.count
        self.clocks = clocks
        self.states = states
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
    /// - Throws: `bad_request` if nothing follows, or if a JSON string is not ended or not followed by a
    ///   blank.
    mutating func word(_ what: String, _ text: Span<UInt8>) throws(RequestError) -> String {
        guard !isAtEnd(text) else { throw RequestError(.badRequest, "the \(what) is missing") }
        guard text[at] == UInt8(ascii: "\"") else { return text.string(token(text)) }
        let word = try jsonString(what, text)
        guard at == end || text[at].isBlank else {
            throw RequestError(.badRequest, "there is no blank after the closing quote of the \(what)")
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

// MARK: Fields that several requests share, each with its limits

extension LineScanner {
    /// The name of a meter or an index.
    mutating func name(_ what: String, _ text: Span<UInt8>) throws(RequestError) -> Name {
        let name = Name(try word(what, text))
        try RequestLimit.check(name: name, as: what)
        return name
    }

    /// The kind of an anomaly.
    mutating func kind(_ text: Span<UInt8>) throws(RequestError) -> Name {
        let kind = Name(try word("kind", text))
        try RequestLimit.check(kind: kind)
        return kind
    }

    /// A time, by the clock of a meter.
    mutating func time(
        _ what: String,
        of meter: Name,
        _ text: Span<UInt8>
    ) throws(RequestError) -> Timestamp {
        try clocks[meter].required(try stamp(what, text))
    }

    /// A time that may be one of two: without an offset, in an hour that the clock shows twice.
    ///
    /// - Returns: the earlier moment, and the later one; nil if there is one alone.
    mutating func timeOrLater(
        _ what: String,
        of meter: Name,
        _ text: Span<UInt8>
    ) throws(RequestError) -> (Timestamp, later: Timestamp?) {
        let stamp = try stamp(what, text)
        do {
            return (try clocks[meter].moment(of: stamp), nil)
        } catch  where error.isRepeated {
            return (error.first, error.second)
        } catch {
            throw RequestError(unclear: stamp, error)
        }
    }

    /// A time as it is written.
    mutating func stamp(
        _ what: String,
        _ text: Span<UInt8>
    ) throws(RequestError) -> WrittenStamp {
        guard !isAtEnd(text), text[at] != UInt8(ascii: "\"") else {
            return try Self.checkedStamp(try word(what, text), what)
        }
        let written = token(text)
        try Self.checkTimeLength(written.count, what)
        guard let stamp = WrittenStamp(parsing: text.extracting(written)) else {
            throw Self.badTime(text.excerpt(written), text.string(written))
        }
        return stamp
    }

    /// The time that a text is.
    static func checkedStamp(
        _ text: some StringProtocol,
        _ what: String
    ) throws(RequestError) -> WrittenStamp {
        try checkTimeLength(text.utf8.count, what)
        guard let stamp = WrittenStamp(text) else { throw badTime("'\(text.prefix(40))'", String(text)) }
        return stamp
    }

    private static func checkTimeLength(_ count: Int, _ what: String) throws(RequestError) {
        guard (1...RequestLimit.timeBytes).contains(count) else {
            throw RequestError(.badTime, "the \(what) must have 1 to \(RequestLimit.timeBytes) bytes")
        }
    }

    private static func badTime(_ excerpt: String, _ written: String) -> RequestError {
        RequestError(.badTime, "\(excerpt) \(Timestamp.refusal(of: written))")
    }

    /// A whole number from 1 to `limit`.
    static func checkedCount(_ value: Double?, _ what: String, limit: Int) throws(RequestError) -> Int {
        guard let value, let count = Int(exactly: value) else {
            throw RequestError(.badRequest, "\(what) is not a whole number")
        }
        guard (1...limit).contains(count) else {
            throw RequestError(.limit, "\(what) must be from 1 to \(limit)")
        }
        return count
    }

    /// A number small enough to be a value.
    ///
    /// - Parameter written: The bytes it was read from.
    func checkedValue(
        _ value: Double?,
        _ text: Span<UInt8>,
        written: Range<Int>
    ) throws(RequestError) -> Double {
        guard let value else {
            throw RequestError(
                .badValue,
                "\(text.excerpt(written)) is not a number; \(Self.advice(text.string(written)))\(placesOfStates)"
            )
        }
        guard abs(value) <= RequestLimit.magnitude else {
            throw RequestError(.badValue, "\(text.excerpt(written)) is larger than 1e15 in size")
        }
        return value
    }
}

extension LocalClock {
    /// The moment of a time.
    ///
    /// - Throws: `bad_time` for one that the clock skipped, or showed twice.
    func required(_ stamp: WrittenStamp) throws(RequestError) -> Timestamp {
        do { return try moment(of: stamp) } catch { throw RequestError(unclear: stamp, error) }
    }
}

extension RequestError {
    fileprivate init(unclear stamp: WrittenStamp, _ error: UnclearTime) {
        self.init(.badTime, "\(stamp) \(error)")
    }
}

// MARK: Numbers

extension LineScanner {
    /// What to write in place of bytes that are not a number.
    private static func advice(_ written: String) -> String {
        if missing.contains(written.lowercased()) { return adviceOnMissing }
        // Only of digits and commas: any other comma may separate members of JSON.
        let hasComma =
            written.contains(",")
            && written.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "-") }
        return hasComma
            ? "write decimals after a point, and separate values by blanks"
            : "put a time or a name with a blank in quotes"
    }

    /// What to write for a missing value.
    static let adviceOnMissing = "write - for a missing value, null in JSON"

    /// What programs write for a missing value. Not all of the words that files may have: a request is
    /// written by a program.
    static let missing: Set<String> = ["nan", "na", "n/a", "null", "nil", "none"]
}

extension LineScanner {
    /// Reads a number as JSON writes it; nil if none comes next. Infinite if it is beyond a Double.
    mutating func number(_ text: Span<UInt8>) -> Double? {
        DecimalNumber.read(text, at: &at, .json)
    }
}
