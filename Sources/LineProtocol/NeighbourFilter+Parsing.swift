public import Readings
public import Verdicts

extension LineScanner {
    /// `<column><comparison><value>`, several joined by `AND`, up to the end of the text.
    ///
    /// - Throws: `bad_filter` for text that is not a condition, `limit` for too many or too long ones.
    mutating func filter(_ text: Span<UInt8>) throws(RequestError) -> NeighbourFilter {
        var filter = NeighbourFilter()
        // Filled when all are read, so that a condition without meaning does not hide a mistake in the form.
        for condition in try conditions(text) {
            try filter.require(
                condition.column,
                condition.comparison,
                condition.value,
                clock: clocks.standard
            )
        }
        return filter
    }

    private mutating func conditions(_ text: Span<UInt8>) throws(RequestError) -> [Condition] {
        var conditions: [Condition] = []
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
                    "\(text.excerpt(written)) is found where AND or the end is expected"
                )
            }
        }
    }

    private mutating func condition(_ text: Span<UInt8>) throws(RequestError) -> Condition {
        _ = isAtEnd(text)
        let column = run(text) { !$0.isBlank && !$0.isComparison }
        _ = isAtEnd(text)
        let written = run(text) { $0.isComparison }
        guard !column.isEmpty,
            let comparison = NeighbourFilter.Comparison(rawValue: text.string(written))
        else {
            throw RequestError(
                .badFilter,
                "a condition is a column, one of = != < <= > >=, and a value, as in kind=spike"
            )
        }
        guard !isAtEnd(text) else {
            throw RequestError(
                .badFilter,
                "the value of \(text.excerpt(column)) is missing; write \"\" for an empty one"
            )
        }
        let value = try word("value", text)
        guard column.count <= RequestLimit.nameBytes, value.utf8.count <= RequestLimit.nameBytes else {
            throw RequestError(.limit, "a part of a condition is longer than \(RequestLimit.nameBytes) bytes")
        }
        return Condition(column: text.string(column), comparison: comparison, value: value)
    }

    /// Reads the bytes from here on that meet a condition.
    private mutating func run(_ text: Span<UInt8>, while condition: (UInt8) -> Bool) -> Range<Int> {
        let start = at
        while at < end, condition(text[at]) { at += 1 }
        return start..<at
    }
}

/// A condition of a filter as it is written.
private struct Condition {
    let column: String
    let comparison: NeighbourFilter.Comparison
    let value: String
}

extension NeighbourFilter {
    /// Parses the text after `WHERE`.
    ///
    /// - Parameter clock: the clock of times without an offset.
    /// - Throws: a ``RequestError`` with `bad_filter`, `bad_request` or `limit`.
    public init(parsing text: String, clock: LocalClock = .utc) throws(RequestError) {
        let bytes = Array(text.utf8)
        var scanner = LineScanner(bytes.span, clocks: MeterClocks(clock))
        self = try scanner.filter(bytes.span)
    }
}

extension UInt8 {
    fileprivate var isComparison: Bool {
        self == UInt8(ascii: "=") || self == UInt8(ascii: "!") || self == UInt8(ascii: "<")
            || self == UInt8(ascii: ">")
    }
}
