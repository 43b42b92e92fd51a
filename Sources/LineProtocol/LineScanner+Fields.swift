// The fields that several requests share, each with its limits.

extension LineScanner {
    /// The name of a meter or an index.
    mutating func name(_ what: String, _ text: Span<UInt8>) throws(RequestError) -> String {
        try Self.checkedName(try word(what, text), what, limit: RequestLimit.nameBytes)
    }

    /// The kind of an anomaly.
    mutating func kind(_ text: Span<UInt8>) throws(RequestError) -> String {
        try Self.checkedName(try word("kind", text), "kind", limit: RequestLimit.kindBytes)
    }

    /// A time, not yet understood.
    mutating func time(_ what: String, _ text: Span<UInt8>) throws(RequestError) -> String {
        try Self.checkedTime(try word(what, text), what)
    }

    static func checkedName(_ name: String, _ what: String, limit: Int) throws(RequestError) -> String {
        guard !name.isEmpty else { throw RequestError(.badRequest, "the \(what) is empty") }
        guard name.utf8.count <= limit else {
            throw RequestError(.limit, "the \(what) is longer than \(limit) bytes")
        }
        // The line holds no control characters, but an escape in a JSON string may.
        guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw RequestError(.badRequest, "the \(what) holds a control character")
        }
        return name
    }

    static func checkedTime(_ time: String, _ what: String) throws(RequestError) -> String {
        guard !time.isEmpty, time.utf8.count <= RequestLimit.timeBytes else {
            throw RequestError(.badTime, "the \(what) has not 1 to \(RequestLimit.timeBytes) bytes")
        }
        return time
    }

    /// A whole number from 1 to `limit`.
    static func checkedCount(_ value: Double?, _ what: String, limit: Int) throws(RequestError) -> Int {
        guard let value, let count = Int(exactly: value) else {
            throw RequestError(.badRequest, "\(what) is not a whole number")
        }
        guard (1...limit).contains(count) else {
            throw RequestError(.limit, "\(what) is not from 1 to \(limit)")
        }
        return count
    }

    /// A number small enough to be a value.
    ///
    /// - Parameter written: The bytes it was read from.
    static func checkedValue(
        _ value: Double?,
        _ text: Span<UInt8>,
        written: Range<Int>
    ) throws(RequestError) -> Double {
        guard let value else {
            // Digits and commas alone; a comma may as well stand between members of JSON.
            let hasComma =
                written.contains { text[$0] == UInt8(ascii: ",") }
                && written.allSatisfy {
                    text[$0].isDigit || text[$0] == UInt8(ascii: ",") || text[$0] == UInt8(ascii: "-")
                }
            throw RequestError(
                .badValue,
                "\(text.excerpt(written)) is not a number; "
                    + (hasComma
                        ? "decimals stand after a point, and values are separated by blanks"
                        : "quote a time or a name that holds a blank")
            )
        }
        guard abs(value) <= RequestLimit.magnitude else {
            throw RequestError(.badValue, "\(text.excerpt(written)) is beyond 1e15 in size")
        }
        return value
    }
}
