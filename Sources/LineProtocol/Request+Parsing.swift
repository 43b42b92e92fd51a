public import NIOCore

extension Request {
    /// Reads one line, given without its ending.
    ///
    /// - Throws: A ``RequestError`` about the leftmost thing that is wrong: `bad_encoding`, `unknown_verb`,
    ///   `bad_request`, `bad_time`, `bad_value`, `bad_label`, `wrong_channels` or `limit`.
    public init(parsing line: ByteBuffer) throws(RequestError) {
        self = try Self.parse(line.readableBytesUInt8Span)
    }

    private static func parse(_ text: Span<UInt8>) throws(RequestError) -> Request {
        guard text.isCleanText else {
            throw RequestError(
                .badEncoding,
                "the line is not UTF-8, or holds a control character other than tab"
            )
        }
        var scanner = LineScanner(text)
        let first = scanner.token(text)
        guard !first.isEmpty else {
            throw RequestError(.badRequest, "the line is empty; HELP lists the verbs")
        }
        guard let verb = Verb(text.extracting(first)) else {
            throw RequestError(.unknownVerb, "\(text.excerpt(first)) is no verb; HELP lists the verbs")
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
            let (subject, options) = try scanner.subject(text)
            return .truth(subject, options)
        case .push:
            let (reading, options) = try scanner.reading(text)
            return .push(reading, options)
        case .label: return .label(try scanner.label(text))
        case .info: return .info
        case .stats: return .stats
        case .ping: return .ping
        case .use: return .use(index: try scanner.name("index", text))
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
    ) throws(RequestError) -> (Request.Subject, Request.SearchOptions) {
        if !isAtEnd(text), text[at] == UInt8(ascii: "{") {
            let (window, options) = try window(text)
            return (.window(window), options)
        }
        let (reading, options) = try reading(text)
        return (.reading(reading), options)
    }

    fileprivate mutating func label(_ text: Span<UInt8>) throws(RequestError) -> Request.Label {
        let meter = try name("meter", text)
        let time = try time("time", text)
        let word = try word("label", text)
        guard let label = LabelWord(rawValue: word) else {
            throw RequestError(.badLabel, "'\(word.prefix(40))' is no label; say normal or anomalous")
        }
        guard !isAtEnd(text) else { return Request.Label(meter: meter, time: time, label: label, kind: nil) }
        guard label == .anomalous else {
            throw RequestError(.badLabel, "normal takes no kind; leave \(text.excerpt(token(text))) out")
        }
        return Request.Label(meter: meter, time: time, label: label, kind: try kind(text))
    }

    fileprivate mutating func authToken(_ text: Span<UInt8>) throws(RequestError) -> String {
        let token = try word("token", text)
        // Not left to the check of every request's end, which would quote what may be half of a token.
        guard isAtEnd(text) else {
            throw RequestError(.badRequest, "AUTH takes one token; one that holds blanks goes in quotes")
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
            throw RequestError(.unknownVerb, "\(text.excerpt(word)) is no verb; HELP lists the verbs")
        }
        return verb
    }
}
