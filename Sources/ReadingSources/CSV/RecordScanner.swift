// Cuts a stream of bytes into CSV records (RFC 4180, 2005), as a pure value: bytes go in with `fill`, records
// come out with `next`; where the bytes come from is up to the caller.
//
// 1. A record is scanned only once it is complete in the buffer. An incomplete one is moved to the front and
//    scanned again with more bytes behind it, once in 256 KiB. A state machine that resumes within a field
//    was the alternative; every byte would pay for it.
// 2. A field is a pair of offsets; nothing is copied but records with doubled quotes.
// 3. Strict about quotes: one inside an unquoted field, or text after a closing one, rejects the line. A
//    lenient reading would let one stray quote swallow every row up to the next one.
// 4. After a quote that is never closed, only the line of that quote is lost. Scanning on from the next
//    line stays linear: with strict quotes, a line that opens one closes it for the line before.

internal import Text

/// Cuts a stream of bytes into records.
package struct RecordScanner {
    /// The position of a field in ``buffer`` or ``rewritten``, without its quotes.
    package typealias Field = Range<Int>

    /// What ``next()`` found.
    package enum Outcome: Equatable {
        /// A record; ``fields`` has its fields.
        case row
        /// A line that is not a record; ``record`` has it.
        case rejected(Rejection)
        /// All bytes from ``fill(_:)`` are used; more are needed.
        case needsBytes
        /// The stream has ended.
        case ended
    }

    /// Longest record, line end not included. A row of a thousand channels is about 20 KiB.
    package static let lineLimit = 1 << 20
    /// How many bytes are asked for at a time.
    package static let block = 256 << 10
    /// How much of a line that is too long is kept, to be shown.
    package static let excerptLength = 1 << 10

    /// The byte between fields.
    package var delimiter: UInt8
    /// The fields of the last row.
    package internal(set) var fields: [Field] = []
    /// Line of the last record, from 1.
    package private(set) var line = 0
    /// Whether the fields of the last row refer to ``rewritten`` and not to ``buffer``.
    package internal(set) var isRewritten = false
    /// The last row with its doubled quotes made single.
    package internal(set) var rewritten: [UInt8] = []
    /// The bytes that are held.
    package private(set) var buffer: [UInt8]
    /// The last record as it came, without its line end.
    package internal(set) var record = 0..<0

    var position = 0
    var filled = 0
    var nextLine = 1
    private(set) var hasEnded = false
    var isSkipping = false
    private var mark: (position: Int, line: Int)?

    /// A scanner with an empty buffer.
    package init(delimiter: UInt8 = Byte.comma) {
        self.delimiter = delimiter
        buffer = []
    }

    /// The largest size of the buffer, for the longest line.
    private static let capacity = lineLimit + 2 + block

    /// Bytes that are in the buffer and not yet cut.
    package var pending: Range<Int> { position..<filled }

    /// Lets `read` put bytes into the buffer and say how many; 0 is the end of the stream.
    ///
    /// - Returns: false if a mark keeps the buffer from taking more.
    package mutating func fill<Failure>(
        _ read: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Int
    ) throws(Failure) -> Bool {
        if mark == nil, position > 0 {
            for index in position..<filled { buffer[index - position] = buffer[index] }
            filled -= position
            position = 0
        }
        let room = filled..<min(filled + Self.block, Self.capacity)
        guard !room.isEmpty else { return false }
        if buffer.count < room.upperBound {
            buffer.append(contentsOf: repeatElement(0, count: room.upperBound - buffer.count))
        }
        let count = try buffer.withUnsafeMutableBufferPointer { (bytes) throws(Failure) in
            try read(UnsafeMutableBufferPointer(rebasing: bytes[room]))
        }
        filled += count
        hasEnded = count == 0
        return true
    }

    /// Skips bytes at the front, such as a byte order mark.
    package mutating func drop(_ count: Int) {
        position = min(position + count, filled)
    }

    /// Skips the first line, if it is in the buffer.
    mutating func dropLine() {
        guard let end = buffer[pending].firstIndex(of: Byte.lineFeed) else { return }
        position = end + 1
        nextLine += 1
    }

    /// Remembers this position, and keeps the bytes from here on until ``rewind()``.
    package mutating func markPosition() {
        mark = (position, nextLine)
    }

    /// Goes back to the remembered position and forgets it.
    package mutating func rewind() {
        guard let mark else { return }
        (position, nextLine) = mark
        isSkipping = false
        self.mark = nil
    }

    /// Cuts the next record; skips blank lines.
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
