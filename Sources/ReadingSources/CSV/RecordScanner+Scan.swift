// The loop over the bytes, and the handling of lines that cannot be cut into fields.

internal import Text

extension RecordScanner {
    /// How far one record got.
    enum Scan {
        case complete(end: Int, after: Int, lines: Int)
        case malformed(Rejection)
        case incomplete
    }

    /// Scans the record at `position`.
    mutating func scanRecord() -> Scan {
        var cut: [Field] = []
        var hasDoubled = false
        swap(&cut, &fields)  // out of self while the buffer is borrowed; keeps its capacity
        cut.removeAll(keepingCapacity: true)
        let scan = scan(buffer.span, &cut, &hasDoubled)
        swap(&cut, &fields)
        isRewritten = hasDoubled
        return scan
    }

    /// The one hot loop of the module: most of the time of reading a file is spent here.
    private func scan(_ bytes: Span<UInt8>, _ fields: inout [Field], _ hasDoubled: inout Bool) -> Scan {
        let delimiter = delimiter
        let filled = filled
        let ends = ByteFinder(delimiter, Byte.lineFeed, Byte.quote)
        var at = position
        var lines = 1
        while true {
            let start = at
            if at < filled, bytes[at] == Byte.quote {
                guard let close = closingQuote(from: at + 1, &lines, &hasDoubled) else {
                    return hasEnded ? .malformed(.unclosedQuote) : .incomplete
                }
                fields.append((start + 1)..<close)
                at = close + 1
            } else {
                at = ends.find(in: bytes, from: at, to: filled)
                // Excel's way of keeping the zeros of a text: ="0123".
                if at == start + 1, at < filled, bytes[at] == Byte.quote, bytes[start] == Byte.equals {
                    guard let close = closingQuote(from: at + 1, &lines, &hasDoubled) else {
                        return hasEnded ? .malformed(.unclosedQuote) : .incomplete
                    }
                    fields.append((at + 1)..<close)
                    at = close + 1
                    guard at < filled else { return lastField(end: at, lines) }
                    if bytes[at] == delimiter {
                        at += 1
                        continue
                    }
                    return endOfRecord(at, lines)
                }
                let isReturn = at > start && bytes[at - 1] == Byte.carriageReturn
                let isLast = at == filled || bytes[at] == Byte.lineFeed
                fields.append(start..<(isReturn && isLast ? at - 1 : at))
            }
            guard at < filled else { return lastField(end: at, lines) }
            if bytes[at] == delimiter {
                at += 1
                continue
            }
            return endOfRecord(at, lines)
        }
    }

    /// The quote that closes the field from `start` on; nil if the buffer ends before.
    private func closingQuote(from start: Int, _ lines: inout Int, _ hasDoubled: inout Bool) -> Int? {
        let bytes = buffer.span
        var at = start
        while at < filled {
            if bytes[at] == Byte.quote {
                guard at + 1 < filled else { return hasEnded ? at : nil }
                guard bytes[at + 1] == Byte.quote else { return at }
                hasDoubled = true
                at += 1
            } else if bytes[at] == Byte.lineFeed {
                lines += 1
            }
            at += 1
        }
        return nil
    }

    /// A record whose last field ends where the bytes do.
    private func lastField(end: Int, _ lines: Int) -> Scan {
        guard hasEnded else { return .incomplete }
        let isReturn = end > position && buffer[end - 1] == Byte.carriageReturn
        return .complete(end: isReturn ? end - 1 : end, after: end, lines: lines)
    }

    /// A record whose last field ends at a byte that is not a delimiter.
    private func endOfRecord(_ at: Int, _ lines: Int) -> Scan {
        if buffer[at] == Byte.lineFeed {
            let isReturn = at > position && buffer[at - 1] == Byte.carriageReturn
            return .complete(end: isReturn ? at - 1 : at, after: at + 1, lines: lines)
        }
        // A carriage return after a closing quote is the first half of a line end.
        if buffer[at] == Byte.carriageReturn {
            if at + 1 == filled {
                return hasEnded ? .complete(end: at, after: filled, lines: lines) : .incomplete
            }
            if buffer[at + 1] == Byte.lineFeed { return .complete(end: at, after: at + 2, lines: lines) }
        }
        return .malformed(.strayQuote)
    }

    /// Whether the last record is a blank line.
    var isBlank: Bool {
        fields.count == 1 && record.allSatisfy { buffer[$0].isBlank }
    }

    /// Copies a record into ``rewritten``, with its doubled quotes made single. Unquoted fields have none.
    mutating func rewrite() {
        rewritten.removeAll(keepingCapacity: true)
        for index in fields.indices {
            let start = rewritten.count
            var at = fields[index].lowerBound
            while at < fields[index].upperBound {
                rewritten.append(buffer[at])
                at += buffer[at] == Byte.quote ? 2 : 1
            }
            fields[index] = Self.withoutFormula(start..<rewritten.count, rewritten)
        }
    }
}

extension RecordScanner {
    /// The text of a field that holds `="0123"`, which Excel writes with its quotes doubled; any other field
    /// as it is.
    private static func withoutFormula(_ field: Field, _ bytes: [UInt8]) -> Field {
        guard field.count >= 3, bytes[field.lowerBound] == Byte.equals,
            bytes[field.lowerBound + 1] == Byte.quote, bytes[field.upperBound - 1] == Byte.quote
        else { return field }
        return (field.lowerBound + 2)..<(field.upperBound - 1)
    }

    /// Whether more bytes wait than the longest record and its line end have.
    var isTooLong: Bool { filled - position > Self.lineLimit + 2 }

    /// Where the line at `position` ends; nil if the buffer ends before.
    private var lineEnd: (end: Int, after: Int)? {
        let bytes = buffer.span
        var at = position
        while at < filled, bytes[at] != Byte.lineFeed { at += 1 }
        guard at < filled || hasEnded else { return nil }
        let isReturn = at > position && bytes[at - 1] == Byte.carriageReturn
        return (isReturn ? at - 1 : at, min(at + 1, filled))
    }

    /// Rejects the line at `position` and nothing after it.
    mutating func rejectLine(_ rejection: Rejection) -> Outcome {
        guard let (end, after) = lineEnd else { return isTooLong ? rejectLong() : .needsBytes }
        guard end - position <= Self.lineLimit else { return rejectLong() }
        record = position..<end
        position = after
        nextLine += 1
        return .rejected(rejection)
    }

    /// Rejects a record that is too long: its first line if an unclosed quote made it long, else the one long
    /// line.
    mutating func rejectLong() -> Outcome {
        if let (end, _) = lineEnd, end - position <= Self.lineLimit { return rejectLine(.unclosedQuote) }
        record = position..<(position + Self.excerptLength)
        isSkipping = true
        return .rejected(.lineTooLong)
    }

    /// Skips the rest of a line that is too long; false if its end is not in the buffer.
    mutating func skipLine() -> Bool {
        guard let (_, after) = lineEnd else {
            position = filled
            return false
        }
        position = after
        nextLine += 1
        isSkipping = false
        return true
    }
}
