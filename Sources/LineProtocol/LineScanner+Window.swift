extension LineScanner {
    /// The object form of a query, whose opening brace comes next.
    mutating func window(_ text: Span<UInt8>) throws(RequestError) -> (Request.Window, Request.SearchOptions)
    {
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
        return (try members.window(), members.options)
    }

    /// An array of arrays of numbers and nulls.
    fileprivate mutating func rows(
        _ text: Span<UInt8>
    ) throws(RequestError) -> (channelCount: Int, values: [Double]) {
        var values: [Double] = []
        var channelCount = 0
        try expect("[", text)
        repeat {
            let before = values.count
            try row(text, into: &values)
            let count = values.count - before
            if before == 0 { channelCount = count }
            guard count == channelCount else {
                throw RequestError(
                    .wrongChannels,
                    "a reading has \(count) values, those before it \(channelCount)"
                )
            }
        } while take(",", text)
        try expect("]", text)
        return (channelCount, values)
    }

    private mutating func row(_ text: Span<UInt8>, into values: inout [Double]) throws(RequestError) {
        let before = values.count
        try expect("[", text)
        repeat {
            guard values.count - before < RequestLimit.values else {
                throw RequestError(.limit, "a reading has more than \(RequestLimit.values) values")
            }
            values.append(try numberOrNull(text))
        } while take(",", text)
        try expect("]", text)
    }

    private mutating func numberOrNull(_ text: Span<UInt8>) throws(RequestError) -> Double {
        guard !isAtEnd(text) else { throw RequestError(.badRequest, "the JSON ends among the values") }
        let start = at
        if takeNull(text) { return .nan }
        let value = number(text)
        return try Self.checkedValue(
            value,
            text,
            written: start..<(value == nil ? token(text).upperBound : at)
        )
    }

    private mutating func takeNull(_ text: Span<UInt8>) -> Bool {
        guard at + 4 <= end, text[at] == UInt8(ascii: "n"), text.string(at..<at + 4) == "null" else {
            return false
        }
        at += 4
        return true
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

/// The members read so far, each at most once.
private struct WindowMembers {
    var options = Request.SearchOptions()
    private var seen: Set<String> = []
    private var meter: String?
    private var end: String?
    private var rows: (channelCount: Int, values: [Double])?
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
            let name = try scanner.jsonString(key, text)
            meter = try LineScanner.checkedName(name, key, limit: RequestLimit.nameBytes)
        case "end": end = try LineScanner.checkedTime(try scanner.jsonString(key, text), key)
        case "values": rows = try scanner.rows(text)
        case "interval": interval = try scanner.count(key, limit: RequestLimit.intervalSeconds, text)
        case "k": options.k = try scanner.count(key, limit: RequestLimit.neighbours, text)
        case "where":
            options.conditions = try Request.conditions(parsing: scanner.jsonString(key, text))
        case "probes": options.probes = try scanner.count(key, limit: RequestLimit.probes, text)
        default:
            throw RequestError(
                .badRequest,
                "'\(key.prefix(40))' is no member; there are meter, end, values, interval, k, probes and where"
            )
        }
    }

    func window() throws(RequestError) -> Request.Window {
        guard let meter else { throw RequestError(.badRequest, "the JSON has no meter") }
        guard let end else { throw RequestError(.badRequest, "the JSON has no end") }
        guard let rows else { throw RequestError(.badRequest, "the JSON has no values") }
        return Request.Window(
            meter: meter,
            end: end,
            channelCount: rows.channelCount,
            values: rows.values,
            interval: interval
        )
    }
}
