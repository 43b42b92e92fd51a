internal import Readings
internal import Verdicts

// LABEL, UNLABEL and LABELS.

extension LineScanner {
    mutating func label(_ text: Span<UInt8>) throws(RequestError) -> Request {
        let meter = try name("meter", text)
        let choice = try choice(of: meter, text)
        let word = try word("label", text)
        guard word == "normal" || word == "anomalous" else {
            throw RequestError(.badLabel, "'\(word.prefix(40))' is not a label; use normal or anomalous")
        }
        let kind = isAtEnd(text) || isOption(text) ? nil : try kind(text)
        if let kind, word == "normal" {
            throw RequestError(.badLabel, "normal takes no kind; leave out '\(kind)'")
        }
        let label: Label = word == "normal" ? .normal : .anomalous(kind: kind)
        let options = try options(LabelNote().texts.map(\.name) + ["dry"], text)
        let note = try Self.note(options)
        if let dry = options["dry"], try Self.flag(dry, "dry") {
            return .tryLabel(meter: meter, choice, label)
        }
        return .label(meter: meter, choice, label, note)
    }

    mutating func unlabel(_ text: Span<UInt8>) throws(RequestError) -> Request {
        let meter = try name("meter", text)
        let choice = try choice(of: meter, text)
        return .unlabel(meter: meter, choice, try Self.note(try options(["author", "note"], text)))
    }

    mutating func labels(_ text: Span<UInt8>) throws(RequestError) -> Request {
        var query = LabelQuery()
        if !isAtEnd(text), !isOption(text) {
            let meter = try name("meter", text)
            query.meter = meter
            if !isAtEnd(text), !isOption(text) { query.from = try time("time", of: meter, text) }
            if !isAtEnd(text), !isOption(text) {
                query.before = try time("time until which", of: meter, text)
            }
        }
        if let from = query.from, let before = query.before, from >= before {
            throw RequestError(.badRequest, "\(before) is not after \(from); the earlier time comes first")
        }
        for (name, value) in try options(["start", "limit"], text) {
            switch name {
            case "start": query.start = Int64(try Self.count(value, name, limit: 1 << 52))
            default: query.limit = try Self.count(value, name, limit: RequestLimit.labels)
            }
        }
        return .labels(query)
    }

    /// The texts beside a label, of the options that were given.
    private static func note(_ options: [String: String]) throws(RequestError) -> LabelNote {
        let note = LabelNote(
            author: options["author"],
            note: options["note"],
            cause: options["cause"],
            repair: options["repair"]
        )
        try RequestLimit.check(note)
        return note
    }

    // MARK: Times

    /// A time, two with `..` between them, `incident=` and a number, or several of these with commas between
    /// them.
    private mutating func choice(
        of meter: Name,
        _ text: Span<UInt8>
    ) throws(RequestError) -> ReadingChoice {
        let written = try word("time", text)
        // A time may have a comma itself, before the fraction of a second.
        if WrittenStamp(written) != nil { return ReadingChoice(try moment(written[...], of: meter)) }
        var parts: [ReadingChoice.Part] = []
        for part in written.split(separator: ",", omittingEmptySubsequences: false) {
            parts.append(try self.part(part, of: meter))
        }
        return ReadingChoice(parts)
    }

    private func part(_ written: Substring, of meter: Name) throws(RequestError) -> ReadingChoice.Part {
        let incident = "incident="
        if written.lowercased().hasPrefix(incident) {
            return .incident(try Self.incident(String(written.dropFirst(incident.count)), "incident"))
        }
        guard let dots = written.firstRange(of: "..") else {
            return .reading(try moment(written, of: meter))
        }
        let first = try moment(written[..<dots.lowerBound], of: meter)
        let last = try moment(written[dots.upperBound...], of: meter)
        guard first <= last else {
            throw RequestError(.badRequest, "\(last) is before \(first); the earlier time comes first")
        }
        return .range(first, through: last)
    }

    private func moment(_ written: Substring, of meter: Name) throws(RequestError) -> Timestamp {
        try clocks[meter].required(try Self.checkedStamp(written, "time"))
    }
}
