internal import Readings
internal import Verdicts

extension LineScanner {
    /// Reads options to the end of the line: `<name>=<value>`, each at most once, the value in quotes where
    /// it has blanks.
    mutating func options(_ names: [String], _ text: Span<UInt8>) throws(RequestError) -> [String: String] {
        var options: [String: String] = [:]
        while !isAtEnd(text) {
            let start = at
            while at < end, !text[at].isBlank, text[at] != UInt8(ascii: "=") { at += 1 }
            let name = text.string(start..<at).lowercased()
            guard at < end, text[at] == UInt8(ascii: "="), names.contains(name) else {
                at = start
                throw RequestError(
                    .badRequest,
                    "\(text.excerpt(token(text))) is not an option; the options are "
                        + names.map { "\($0)=" }.joined(separator: ", ")
                )
            }
            at += 1
            guard options[name] == nil else { throw RequestError(.badRequest, "\(name) is given twice") }
            options[name] = try optionValue(name, text)
        }
        return options
    }

    private mutating func optionValue(_ name: String, _ text: Span<UInt8>) throws(RequestError) -> String {
        guard at < end, !text[at].isBlank else {
            throw RequestError(.badRequest, "\(name)= has no value; write it without a blank behind the =")
        }
        return try word(name, text)
    }

    /// The whole number from 1 to a limit that an option's value is.
    static func count(_ value: String, _ name: String, limit: Int) throws(RequestError) -> Int {
        try checkedCount(Double(value), name, limit: limit)
    }

    /// The time that an option's value is, by a clock.
    static func time(_ value: String, _ name: String, _ clock: LocalClock) throws(RequestError) -> Timestamp {
        try clock.required(try checkedStamp(value, name))
    }

    /// Whether the next token is an option and no name.
    func isOption(_ text: Span<UInt8>) -> Bool {
        guard text[at] != UInt8(ascii: "\"") else { return false }
        var scanner = self
        return scanner.token(text).contains { text[$0] == UInt8(ascii: "=") }
    }

    /// Whether an option's value is `true`.
    static func flag(_ value: String, _ name: String) throws(RequestError) -> Bool {
        switch value.lowercased() {
        case "true": return true
        case "false": return false
        default: throw RequestError(.badRequest, "\(name)= is true or false")
        }
    }
}
