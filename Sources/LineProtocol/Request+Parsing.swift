public import NIOCore
public import Readings
public import Verdicts

extension Request {
    /// Parses one line, given without its ending.
    ///
    /// - Parameters:
    ///   - clocks: the clocks of times without an offset: those of the chosen index and its meters.
    ///   - states: those of the chosen index, whose words are values; they become their codes.
    /// - Throws: A ``RequestError`` about an error: `bad_encoding`, `unknown_verb`,
    ///   `bad_request`, `bad_time`, `bad_value`, `bad_label`, `bad_filter`, `wrong_channels` or `limit`.
    public init(
        parsing line: ByteBuffer,
        clocks: MeterClocks = MeterClocks(),
        states: States = States()
    ) throws(RequestError) {
        self = try Self.parse(line.readableBytesUInt8Span, clocks, states)
    }

    private static func parse(
        _ text: Span<UInt8>,
        _ clocks: MeterClocks,
        _ states: States
    ) throws(RequestError) -> Request {
        guard text.isCleanText else {
            throw RequestError(
                .badEncoding,
                "the line is not UTF-8, or contains a control character other than tab"
            )
        }
        var scanner = LineScanner(text, clocks: clocks, states: states)
        let first = scanner.token(text)
        guard !first.isEmpty else {
            throw RequestError(.badRequest, "the line is empty; HELP lists the verbs")
        }
        guard let verb = Verb(text.extracting(first)) else {
            throw RequestError(.unknownVerb, "\(text.excerpt(first)) is not a verb; HELP lists the verbs")
        }
        let request = try arguments(of: verb, &scanner, text)
        try scanner.expectEnd(text)
        return request
    }

    private static func arguments(
        of verb: Verb,
        _ scanner: inout LineScanner,
        _ text: Span<UInt8>
    ) throws(RequestError) -> Request {
        switch verb {
        case .query:
            let (subject, options) = try scanner.subject(text)
            return .query(subject, options)
        case .truth:
            var (subject, options) = try scanner.subject(text)
            options.exact = true
            return .truth(subject, options)
        case .push:
            let meter = try scanner.name("meter", text)
            let (time, later) = try scanner.timeOrLater("time", of: meter, text)
            let (values, options) = try scanner.values(text)
            let reading = Reading(meter: meter, time: time, values: values)
            return later.map { .pushRepeated(reading, orAt: $0, options) } ?? .push(reading, options)
        case .label: return try scanner.label(text)
        case .unlabel: return try scanner.unlabel(text)
        case .labels: return try scanner.labels(text)
        case .judgements: return try scanner.judgements(text)
        case .incidents: return try scanner.incidents(text)
        case .review: return try scanner.review(text)
        case .ack, .snooze, .resolve: return try scanner.mark(verb, text)
        case .info: return .info
        case .stats: return .stats
        case .ping: return .ping
        case .use: return .use(index: try scanner.name("index", text).text)
        case .auth: return .auth(token: try scanner.authToken(text))
        case .reload: return .reload
        case .help: return .help(try scanner.optionalVerb(text))
        case .quit: return .quit
        }
    }
}

extension LineScanner {
    fileprivate mutating func subject(
        _ text: Span<UInt8>
    ) throws(RequestError) -> (Request.Subject, QueryOptions) {
        if !isAtEnd(text), text[at] == UInt8(ascii: "{") {
            let (window, options) = try window(text)
            return (.window(window), options)
        }
        let (reading, options) = try reading(text)
        return (.reading(reading), options)
    }

    fileprivate mutating func judgements(_ text: Span<UInt8>) throws(RequestError) -> Request {
        let meter = try name("meter", text)
        let from = try time("time", of: meter, text)
        let before = try time("time until which", of: meter, text)
        guard from < before else {
            throw RequestError(.badRequest, "\(before) is not after \(from); the earlier time comes first")
        }
        var limit = RequestLimit.judgements
        let option = token(text)
        if !option.isEmpty {
            let prefix = "limit="
            guard text.string(option).lowercased().hasPrefix(prefix) else {
                throw RequestError(
                    .badRequest,
                    "\(text.excerpt(option)) is not an option; the option is limit"
                )
            }
            let number = wholeNumber(option.lowerBound + prefix.utf8.count..<option.upperBound, text)
            limit = try Self.checkedCount(number, "limit", limit: RequestLimit.judgements)
        }
        return .judgements(meter: meter, from: from, before: before, limit: limit)
    }

    fileprivate mutating func authToken(_ text: Span<UInt8>) throws(RequestError) -> String {
        let token = try word("token", text)
        // Checked here and not at the request's end, whose error would quote what may be half of a token.
        guard isAtEnd(text) else {
            throw RequestError(.badRequest, "AUTH takes one token; put a token with blanks in quotes")
        }
        guard token.utf8.count <= RequestLimit.tokenBytes else {
            throw RequestError(.limit, "the token is longer than \(RequestLimit.tokenBytes) bytes")
        }
        return token
    }

    fileprivate mutating func optionalVerb(_ text: Span<UInt8>) throws(RequestError) -> Verb? {
        let word = token(text)
        guard !word.isEmpty else { return nil }
        guard let verb = Verb(text.extracting(word)) else {
            throw RequestError(.unknownVerb, "\(text.excerpt(word)) is not a verb; HELP lists the verbs")
        }
        return verb
    }
}

extension LineScanner {
    /// `<meter> <time> <value>… [k=<k>] [probes=<probes>] [WHERE <condition>…]`, to the end of the line.
    mutating func reading(_ text: Span<UInt8>) throws(RequestError) -> (Reading, QueryOptions) {
        let meter = try name("meter", text)
        let time = try time("time", of: meter, text)
        let (values, options) = try values(text)
        return (Reading(meter: meter, time: time, values: values), options)
    }

    /// What follows the time: `<value>… [k=<k>] [probes=<probes>] [WHERE <condition>…]`.
    fileprivate mutating func values(_ text: Span<UInt8>) throws(RequestError) -> ([Double], QueryOptions) {
        var values: [Double] = []
        var options = GivenOptions()
        while !isAtEnd(text) {
            if options.isEmpty, let code = try stateValue(at: values.count, text) {
                values.append(code)
                continue
            }
            let written = token(text)
            if isWhere(written, text) {
                options.options.filter = try filter(text)
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
        return (values, options.options)
    }

    private func isWhere(_ written: Range<Int>, _ text: Span<UInt8>) -> Bool {
        // The first letter is compared first: there may be a thousand values, and they begin with a digit or
        // a sign.
        text[written.lowerBound] | 0x20 == UInt8(ascii: "w") && text.string(written).uppercased() == "WHERE"
    }

    /// A number, or `-` for a missing value.
    private func value(_ written: Range<Int>, _ text: Span<UInt8>) throws(RequestError) -> Double {
        if written.count == 1, text[written.lowerBound] == UInt8(ascii: "-") { return .nan }
        // As files have them, and not only as JSON does: `.95` and `+1` are numbers.
        let number = DecimalNumber.read(whole: text.extracting(written), .point)
        return try checkedValue(number, text, written: written)
    }

    private func equalsSign(in token: Range<Int>, _ text: Span<UInt8>) -> Int? {
        token.first { text[$0] == UInt8(ascii: "=") }
    }
}

extension LineScanner {
    /// The number that all of these bytes are; nil if they are not one number.
    fileprivate func wholeNumber(_ written: Range<Int>, _ text: Span<UInt8>) -> Double? {
        var scanner = self
        scanner.at = written.lowerBound
        guard let number = scanner.number(text), scanner.at == written.upperBound else { return nil }
        return number
    }
}

/// The options read so far, each at most once.
private struct GivenOptions {
    var options = QueryOptions()
    private var hasK = false
    private var hasProbes = false
    private var hasWhy = false

    var isEmpty: Bool { !hasK && !hasProbes && !hasWhy }

    mutating func set(key: Range<Int>, value: Range<Int>, _ text: Span<UInt8>) throws(RequestError) {
        let name = text.string(key)
        let number = LineScanner(text, clocks: MeterClocks()).wholeNumber(value, text)
        switch name {
        case "k" where !hasK:
            hasK = true
            options.neighbours = try LineScanner.checkedCount(number, name, limit: RequestLimit.neighbours)
        case "probes" where !hasProbes:
            hasProbes = true
            options.probes = try LineScanner.checkedCount(number, name, limit: RequestLimit.probes)
        case "why" where !hasWhy:
            hasWhy = true
            options.explains = try Self.truth(text.string(value), of: name)
        case "k", "probes", "why":
            throw RequestError(.badRequest, "\(name) is given twice")
        default:
            throw RequestError(
                .badRequest,
                "\(text.excerpt(key)) is not an option; the options are k, probes and why"
            )
        }
    }

    private static func truth(_ word: String, of name: String) throws(RequestError) -> Bool {
        switch word.lowercased() {
        case "true": return true
        case "false": return false
        default:
            throw RequestError(.badRequest, "\(name) is true or false, and '\(word.prefix(40))' is neither")
        }
    }
}
