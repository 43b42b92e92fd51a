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
        let note = try note(LabelNote().texts.map(\.name), text)
        return .label(meter: meter, choice, word == "normal" ? .normal : .anomalous(kind: kind), note)
    }

    mutating func unlabel(_ text: Span<UInt8>) throws(RequestError) -> Request {
        let meter = try name("meter", text)
        return .unlabel(meter: meter, try choice(of: meter, text), try note(["author", "note"], text))
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
        var seen: Set<String> = []
        while let (name, value) = try option(["start", "limit"], &seen, text) {
            let number = DecimalNumber.read(whole: Array(value.utf8).span, .point)
            if name == "limit" {
                query.limit = try Self.checkedCount(number, name, limit: RequestLimit.labels)
            } else {
                query.start = Int64(try Self.checkedCount(number, name, limit: 1 << 52))
            }
        }
        return .labels(query)
    }

    // MARK: Options

    /// Whether an option comes next: a name and `=`, and not in quotes.
    private func isOption(_ text: Span<UInt8>) -> Bool {
        var scanner = self
        guard !scanner.isAtEnd(text) else { return false }
        while scanner.at < end, text[scanner.at].isLetter { scanner.at += 1 }
        return scanner.at > at && scanner.at < end && text[scanner.at] == UInt8(ascii: "=")
    }

    /// The next option; nil at the end.
    ///
    /// - Parameters:
    ///   - names: those that there are.
    ///   - seen: those that were read before.
    private mutating func option(
        _ names: [String],
        _ seen: inout Set<String>,
        _ text: Span<UInt8>
    ) throws(RequestError) -> (name: String, value: String)? {
        guard !isAtEnd(text) else { return nil }
        let all = names.dropLast().joined(separator: ", ") + " and \(names.last ?? "")"
        guard isOption(text) else {
            throw RequestError(
                .badRequest,
                "\(text.excerpt(token(text))) is not an option; the options are \(all), such as "
                    + "\(names[0])=\"…\""
            )
        }
        let start = at
        while text[at] != UInt8(ascii: "=") { at += 1 }
        let name = text.string(start..<at).lowercased()
        at += 1
        guard names.contains(name) else {
            throw RequestError(
                .badRequest,
                "\(text.excerpt(start..<at - 1)) is not an option; the options are \(all)"
            )
        }
        guard seen.insert(name).inserted else {
            throw RequestError(.badRequest, "\(name) is given twice")
        }
        guard at < end, !text[at].isBlank else {
            throw RequestError(.badRequest, "the \(name) is empty; leave it out, or write \(name)=\"…\"")
        }
        return (name, try word(name, text))
    }

    /// The texts beside a label.
    private mutating func note(
        _ names: [String],
        _ text: Span<UInt8>
    ) throws(RequestError) -> LabelNote {
        var (note, seen) = (LabelNote(), Set<String>())
        while let (name, value) = try option(names, &seen, text) {
            switch name {
            case "author": note.author = value
            case "cause": note.cause = value
            case "repair": note.repair = value
            default: note.note = value
            }
        }
        try RequestLimit.check(note)
        return note
    }

    // MARK: Times

    /// A time, two with `..` between them, or several of these with commas between them.
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

extension UInt8 {
    /// A letter of ASCII.
    fileprivate var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
