extension LineScanner {
    /// `<meter> <time> <value>… [k=<k>] [probes=<probes>] [WHERE <condition>…]`, up to the end of the line.
    mutating func reading(
        _ text: Span<UInt8>
    ) throws(RequestError) -> (Request.Reading, Request.SearchOptions) {
        let meter = try name("meter", text)
        let time = try time("time", text)
        var values: [Double] = []
        var options = GivenOptions()
        while !isAtEnd(text) {
            let written = token(text)
            if isWhere(written, text) {
                options.options.conditions = try conditions(text)
            } else if let equals = equalsSign(in: written, text) {
                try options.set(
                    key: written.lowerBound..<equals,
                    value: equals + 1..<written.upperBound,
                    text
                )
            } else if options.isEmpty {
                values.append(try value(written, text))
                guard values.count <= RequestLimit.values else {
                    throw RequestError(.limit, "there are more than \(RequestLimit.values) values")
                }
            } else {
                throw RequestError(.badRequest, "\(text.excerpt(written)) comes after the options")
            }
        }
        guard !values.isEmpty else { throw RequestError(.badRequest, "the values are missing") }
        return (Request.Reading(meter: meter, time: time, values: values), options.options)
    }

    private func isWhere(_ written: Range<Int>, _ text: Span<UInt8>) -> Bool {
        // Values begin with a digit or a sign, and there may be a thousand of them.
        text[written.lowerBound] | 0x20 == UInt8(ascii: "w") && text.string(written).uppercased() == "WHERE"
    }

    /// A number, or `-` for a missing value.
    private func value(_ written: Range<Int>, _ text: Span<UInt8>) throws(RequestError) -> Double {
        if written.count == 1, text[written.lowerBound] == UInt8(ascii: "-") { return .nan }
        return try Self.checkedValue(wholeNumber(written, text), text, written: written)
    }

    private func equalsSign(in token: Range<Int>, _ text: Span<UInt8>) -> Int? {
        token.first { text[$0] == UInt8(ascii: "=") }
    }
}

extension LineScanner {
    /// The number that these bytes, all of them, are.
    fileprivate func wholeNumber(_ written: Range<Int>, _ text: Span<UInt8>) -> Double? {
        var scanner = self
        scanner.at = written.lowerBound
        guard let number = scanner.number(text), scanner.at == written.upperBound else { return nil }
        return number
    }
}

/// The options read so far, each at most once.
private struct GivenOptions {
    var options = Request.SearchOptions()
    private var hasK = false
    private var hasProbes = false

    var isEmpty: Bool { !hasK && !hasProbes }

    mutating func set(key: Range<Int>, value: Range<Int>, _ text: Span<UInt8>) throws(RequestError) {
        let name = text.string(key)
        let number = LineScanner(text).wholeNumber(value, text)
        switch name {
        case "k" where !hasK:
            hasK = true
            options.k = try LineScanner.checkedCount(number, name, limit: RequestLimit.neighbours)
        case "probes" where !hasProbes:
            hasProbes = true
            options.probes = try LineScanner.checkedCount(number, name, limit: RequestLimit.probes)
        case "k", "probes":
            throw RequestError(.badRequest, "\(name) is given twice")
        default:
            throw RequestError(.badRequest, "\(text.excerpt(key)) is no option; there are k and probes")
        }
    }
}
