// What becomes of lines that cannot be cut.

extension RecordScanner {
    /// More bytes wait than the longest record and its line end have.
    var isTooLong: Bool { filled - position > Self.lineLimit + 2 }

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
    mutating func rejectLine(_ rejection: Rejection) -> Outcome {
        guard let (end, after) = lineEnd else { return isTooLong ? rejectLong() : .needsBytes }
        guard end - position <= Self.lineLimit else { return rejectLong() }
        record = position..<end
        position = after
        nextLine += 1
        return .rejected(rejection)
    }

    /// Rejects a record that is too long: its first line where a quote made it so, else the one long line.
    mutating func rejectLong() -> Outcome {
        if let (end, _) = lineEnd, end - position <= Self.lineLimit { return rejectLine(.unclosedQuote) }
        record = position..<(position + Self.excerptLength)
        isSkipping = true
        return .rejected(.lineTooLong)
    }

    /// Passes over the rest of an over-long line; false where its end is not in the buffer.
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
