extension LineScanner {
    /// `<column><comparison><value>`, several joined by `AND`, up to the end of the text.
    ///
    /// - Throws: `bad_filter` for what is no condition, `limit` for too many or too long ones.
    mutating func conditions(_ text: Span<UInt8>) throws(RequestError) -> [Request.Condition] {
        var conditions: [Request.Condition] = []
        while true {
            guard conditions.count < RequestLimit.conditions else {
                throw RequestError(.limit, "there are more than \(RequestLimit.conditions) conditions")
            }
            conditions.append(try condition(text))
            if isAtEnd(text) { return conditions }
            let written = token(text)
            guard text.string(written).uppercased() == "AND" else {
                throw RequestError(
                    .badFilter,
                    "\(text.excerpt(written)) stands where AND could join a condition"
                )
            }
        }
    }

    private mutating func condition(_ text: Span<UInt8>) throws(RequestError) -> Request.Condition {
        _ = isAtEnd(text)
        let column = run(text) { !$0.isBlank && !$0.isComparison }
        _ = isAtEnd(text)
        let written = run(text) { $0.isComparison }
        guard !column.isEmpty, let comparison = Request.Comparison(rawValue: text.string(written)) else {
            throw RequestError(
                .badFilter,
                "a condition is a column, one of = != < <= > >=, and a value, as in kind=spike"
            )
        }
        guard !isAtEnd(text) else {
            throw RequestError(
                .badFilter,
                "the value of \(text.excerpt(column)) is missing; \"\" is the empty one"
            )
        }
        let value = try word("value", text)
        guard column.count <= RequestLimit.nameBytes, value.utf8.count <= RequestLimit.nameBytes else {
            throw RequestError(.limit, "a part of a condition is longer than \(RequestLimit.nameBytes) bytes")
        }
        return Request.Condition(column: text.string(column), comparison: comparison, value: value)
    }

    /// The bytes from here on that fulfil a condition.
    private mutating func run(_ text: Span<UInt8>, while condition: (UInt8) -> Bool) -> Range<Int> {
        let start = at
        while at < end, condition(text[at]) { at += 1 }
        return start..<at
    }
}

extension UInt8 {
    fileprivate var isComparison: Bool {
        self == UInt8(ascii: "=") || self == UInt8(ascii: "!") || self == UInt8(ascii: "<")
            || self == UInt8(ascii: ">")
    }
}
