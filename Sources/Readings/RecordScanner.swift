// Cuts a stream of bytes into CSV records (RFC 4180, 2005), as a pure value: bytes go in with `fill`, records
// come out with `next`, and where the bytes come from is someone else's business.
//
// 1. A record is scanned only once it is complete in the buffer. What is incomplete is moved to the front and
//    scanned again with more bytes behind it; a state machine that resumes within a field was tried first and
//    is slower, since every byte pays for the state.
// 2. A field is an offset pair; nothing is copied but records with doubled quotes, which are rewritten aside.
// 3. Strict about quotes: one inside an unquoted field, or text after a closing one, rejects the line. The
//    lenient reading would let one stray quote swallow every row up to the next one.
// 4. After a quote that is never closed, only the line it stands on is lost. Rescanning from the next line
//    stays linear: with strict quotes, a line that opens one closes it for its predecessor.

/// Records out of a stream of bytes.
package struct RecordScanner {
    /// Where a field stands in ``text``, quotes not included.
    package typealias Field = Range<Int>

    /// What ``next()`` came to.
    package enum Outcome: Equatable {
        case row
        case rejected(Rejection)
        case needsBytes
        case ended
    }

    /// Longest record, line end not included. A row of a thousand channels is about 20 KiB.
    package static let lineLimit = 1 << 20
    /// How many bytes are asked for at a time.
    package static let block = 256 << 10
    /// How much of an over-long line is kept to be shown.
    package static let excerptLength = 1 << 10

    /// The byte between fields.
    package var delimiter: UInt8
    /// The fields of the last row.
    package private(set) var fields: [Field] = []
    /// Line of the last record, from 1.
    package private(set) var line = 0
    /// Whether the fields of the last row refer to ``rewritten`` and not to ``buffer``.
    package private(set) var isRewritten = false
    package private(set) var rewritten: [UInt8] = []
    package private(set) var buffer: [UInt8]
    /// The last record as it came, without its line end.
    package private(set) var record = 0..<0

    private var position = 0
    private var filled = 0
    private var nextLine = 1
    private var hasEnded = false
    private var isSkipping = false
    private var mark: (position: Int, line: Int)?

    /// A scanner with an empty buffer.
    package init(delimiter: UInt8 = Byte.comma) {
        self.delimiter = delimiter
        buffer = Array(repeating: 0, count: Self.lineLimit + 2 + Self.block)
    }

    /// Bytes that are in the buffer and not yet cut.
    package var pending: Range<Int> { position..<filled }

    /// Lets `read` put bytes into the buffer and say how many; 0 is the end of the stream.
    ///
    /// - Returns: false where a mark keeps the buffer from taking more.
    package mutating func fill<Failure>(
        _ read: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Int
    ) throws(Failure) -> Bool {
        if mark == nil, position > 0 {
            for index in position..<filled { buffer[index - position] = buffer[index] }
            filled -= position
            position = 0
        }
        let room = filled..<min(filled + Self.block, buffer.count)
        guard !room.isEmpty else { return false }
        let count = try buffer.withUnsafeMutableBufferPointer { (bytes) throws(Failure) in
            try read(UnsafeMutableBufferPointer(rebasing: bytes[room]))
        }
        filled += count
        hasEnded = count == 0
        return true
    }

    /// Passes over bytes at the front, such as a byte order mark.
    package mutating func drop(_ count: Int) {
        position = min(position + count, filled)
    }

    /// Remembers the place, and keeps the bytes from here on until ``rewind()``.
    package mutating func markPlace() {
        mark = (position, nextLine)
    }

    /// Goes back to the marked place and lets go of it.
    package mutating func rewind() {
        guard let mark else { return }
        (position, nextLine) = mark
        isSkipping = false
        self.mark = nil
    }

    /// Cuts the next record; blank lines are passed over.
    package mutating func next() -> Outcome {
        if isSkipping, !skipLine() { return hasEnded ? .ended : .needsBytes }
        while position < filled {
            line = nextLine
            switch scanRecord() {
            case .complete(let end, let after, let lines):
                guard end - position <= Self.lineLimit else { return rejectLong() }
                record = position..<end
                position = after
                nextLine += lines
                if isBlank { continue }
                if isRewritten { rewrite() }
                return .row
            case .malformed(let rejection):
                return rejectLine(rejection)
            case .incomplete:
                return isTooLong ? rejectLong() : .needsBytes
            }
        }
        return hasEnded ? .ended : .needsBytes
    }
}

extension RecordScanner {
    private enum Scan {
        case complete(end: Int, after: Int, lines: Int)
        case malformed(Rejection)
        case incomplete
    }

    /// Scans the record at `position`.
    private mutating func scanRecord() -> Scan {
        var cut: [Field] = []
        var hasDoubled = false
        swap(&cut, &fields)  // out of self while the buffer is borrowed; keeps its capacity
        cut.removeAll(keepingCapacity: true)
        let scan = scan(buffer.span, &cut, &hasDoubled)
        swap(&cut, &fields)
        isRewritten = hasDoubled
        return scan
    }

    /// The one hot loop of the module.
    private func scan(_ bytes: Span<UInt8>, _ fields: inout [Field], _ hasDoubled: inout Bool) -> Scan {
        let delimiter = delimiter
        let filled = filled
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
                while at < filled {
                    let byte = bytes[at]
                    if byte == delimiter || byte == Byte.lineFeed || byte == Byte.quote { break }
                    at += 1
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

    /// The quote that closes the field from `start` on; nil where the buffer does not tell.
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

    /// A record whose last field ends at a byte that is no delimiter.
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

    private var isBlank: Bool {
        fields.count == 1 && record.allSatisfy { buffer[$0].isBlank }
    }

    /// Copies a record aside with its doubled quotes made single. Unquoted fields have none.
    private mutating func rewrite() {
        rewritten.removeAll(keepingCapacity: true)
        for index in fields.indices {
            let start = rewritten.count
            var at = fields[index].lowerBound
            while at < fields[index].upperBound {
                rewritten.append(buffer[at])
                at += buffer[at] == Byte.quote ? 2 : 1
            }
            fields[index] = start..<rewritten.count
        }
    }
}

extension RecordScanner {
    /// More bytes wait than the longest record and its line end have.
    private var isTooLong: Bool { filled - position > Self.lineLimit + 2 }

    /// Where the line at `position` ends; nil where the buffer does not tell.
    private var lineEnd: (end: Int, after: Int)? {
        let bytes = buffer.span
        var at = position
        while at < filled, bytes[at] != Byte.lineFeed { at += 1 }
        guard at < filled || hasEnded else { return nil }
        let isReturn = at > position && bytes[at - 1] == Byte.carriageReturn
        return (isReturn ? at - 1 : at, min(at + 1, filled))
    }

    /// Rejects the line at `position` and nothing after it.
    private mutating func rejectLine(_ rejection: Rejection) -> Outcome {
        guard let (end, after) = lineEnd else { return isTooLong ? rejectLong() : .needsBytes }
        guard end - position <= Self.lineLimit else { return rejectLong() }
        record = position..<end
        position = after
        nextLine += 1
        return .rejected(rejection)
    }

    /// Rejects a record that is too long: its first line where a quote made it so, else the one long line.
    private mutating func rejectLong() -> Outcome {
        if let (end, _) = lineEnd, end - position <= Self.lineLimit { return rejectLine(.unclosedQuote) }
        record = position..<(position + Self.excerptLength)
        isSkipping = true
        return .rejected(.lineTooLong)
    }

    /// Passes over the rest of an over-long line; false where its end is not in the buffer.
    private mutating func skipLine() -> Bool {
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
