internal import Incidents
internal import Readings
internal import Verdicts

extension LineScanner {
    /// `[<meter>] [from=<time>] [until=<time>] [open=true] [event=<id>] [after=<id>] [limit=<limit>]`.
    mutating func incidents(_ text: Span<UInt8>) throws(RequestError) -> Request {
        var query = IncidentQuery()
        if !isAtEnd(text), !isOption(text) { query.meter = try name("meter", text) }
        let clock = query.meter.map { clocks[$0] } ?? clocks.standard
        query.limit = RequestLimit.incidents
        for (name, value) in try options(["from", "until", "open", "event", "after", "limit"], text) {
            switch name {
            case "from": query.from = try Self.time(value, name, clock)
            case "until": query.before = try Self.time(value, name, clock)
            case "open": query.isOpen = try Self.flag(value, name)
            case "event": query.event = try Self.incident(value, name)
            case "after": query.after = try Self.incident(value, name)
            default: query.limit = try Self.count(value, name, limit: RequestLimit.incidents)
            }
        }
        if let from = query.from, let before = query.before, from >= before {
            throw RequestError(.badRequest, "\(before) is not after \(from); from= is the earlier time")
        }
        return .incidents(query)
    }

    /// `[limit=<limit>]`.
    mutating func review(_ text: Span<UInt8>) throws(RequestError) -> Request {
        let limit = try options(["limit"], text)["limit"]
        return .review(
            limit: try limit.map { value throws(RequestError) in
                try Self.count(value, "limit", limit: RequestLimit.incidents)
            } ?? RequestLimit.incidents
        )
    }

    /// `<id> [author=<name>] [note=<text>]`, with a time behind the number where it is snoozed.
    mutating func mark(_ verb: Verb, _ text: Span<UInt8>) throws(RequestError) -> Request {
        let id = try Self.incident(try word("number of the incident", text), "the number of the incident")
        let act: IncidentMark.Act =
            switch verb {
            case .snooze:
                .snooze(until: try clocks.standard.required(try stamp("time until which", text)))
            case .resolve: .resolve
            default: .acknowledge
            }
        let options = try options(["author", "note"], text)
        try Self.check(options["author"], "author", limit: IncidentMark.authorBytes)
        try Self.check(options["note"], "note", limit: IncidentMark.noteBytes)
        return .mark(incident: id, act, author: options["author"], note: options["note"])
    }

    static func incident(_ value: String, _ name: String) throws(RequestError) -> Int64 {
        guard let id = Int64(value), id >= 0 else {
            throw RequestError(
                .badRequest,
                "'\(value.prefix(40))' is no number of an incident; INCIDENTS lists them"
            )
        }
        return id
    }

    private static func check(_ value: String?, _ name: String, limit: Int) throws(RequestError) {
        guard let value, value.utf8.count > limit else { return }
        throw RequestError(.limit, "the \(name) is longer than \(limit) bytes")
    }
}
