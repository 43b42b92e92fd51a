// Cuts a stream into lines. The limit on a line is exact whether it arrives whole or byte by byte, and no
// byte is examined twice: a client that sends one byte at a time costs the server no more than one that sends
// whole lines.
//
// Not NIO's ByteToMessageDecoder: this one takes a chunk and yields all its lines, so that they can be
// answered as one batch; and a value without a channel can be tested at every split point.

public import NIOCore
public import Verdicts

/// Cuts a stream of bytes into lines that end with LF or CR LF.
public struct LineDecoder: Sendable {
    private let maximumLength: Int
    private var pending = ByteBuffer()
    /// How many bytes of `pending` are known to contain no LF.
    private var scanned = 0

    /// A decoder at the start of a stream.
    ///
    /// - Parameter maximumLength: The most bytes a line may have, its ending not counted; at least 1.
    public init(maximumLength: Int = RequestLimit.lineBytes) {
        precondition(maximumLength >= 1, "a line needs at least one byte")
        self.maximumLength = maximumLength
    }

    /// Takes a chunk and appends all lines that are complete now, without their endings.
    ///
    /// - Throws: ``LineTooLong`` if a line has more bytes than allowed, complete or not. The lines before it
    ///   have been appended; the rest of the stream is lost, and the decoder is empty.
    public mutating func append(_ chunk: ByteBuffer, to lines: inout [ByteBuffer]) throws(LineTooLong) {
        if pending.readableBytes == 0 {
            pending = chunk
        } else {
            pending.writeImmutableBuffer(chunk)
        }
        while let end = nextLineFeed() {
            var line = pending.readSlice(length: end) ?? ByteBuffer()
            pending.moveReaderIndex(forwardBy: 1)
            scanned = 0
            try dropCarriageReturn(of: &line)
            lines.append(line)
        }
        try keepRest()
    }

    /// Whether the beginning of a line has arrived and its end has not.
    public var hasUnfinishedLine: Bool { pending.readableBytes > 0 }

    /// Ends the stream: a line without an ending, if there is one, is the last line.
    public mutating func finish() -> ByteBuffer? {
        guard pending.readableBytes > 0 else { return nil }
        var line = pending
        reset()
        // Cannot be too long: the pending bytes were checked when they arrived.
        try? dropCarriageReturn(of: &line)
        return line
    }

    private mutating func nextLineFeed() -> Int? {
        let from = scanned
        let found = pending.withUnsafeReadableBytes { bytes in
            bytes[from...].firstIndex(of: UInt8(ascii: "\n"))
        }
        scanned = found ?? pending.readableBytes
        return found
    }

    private mutating func dropCarriageReturn(of line: inout ByteBuffer) throws(LineTooLong) {
        if endsWithCarriageReturn(line) {
            line.moveWriterIndex(to: line.writerIndex - 1)
        }
        if line.readableBytes > maximumLength { try overflow() }
    }

    /// Copies the unfinished line: a slice would keep its whole chunk in memory, and the slices that were
    /// handed out would make the next append copy it.
    private mutating func keepRest() throws(LineTooLong) {
        let length = pending.readableBytes
        // A CR at the end may be half of the ending, and is then not part of the line.
        if length > maximumLength + (endsWithCarriageReturn(pending) ? 1 : 0) { try overflow() }
        if length == 0 {
            reset()
        } else if pending.readerIndex > 0 {
            var rest = ByteBuffer()
            rest.writeImmutableBuffer(pending)
            pending = rest
        }
    }

    private mutating func overflow() throws(LineTooLong) {
        reset()
        throw LineTooLong(maximumLength: maximumLength)
    }

    private mutating func reset() {
        pending = ByteBuffer()
        scanned = 0
    }

    private func endsWithCarriageReturn(_ line: ByteBuffer) -> Bool {
        line.readableBytes > 0
            && line.getInteger(at: line.writerIndex - 1, as: UInt8.self) == UInt8(ascii: "\r")
    }
}

/// A line is longer than its decoder allows. The lines after it cannot be found any more, so the connection
/// must end.
public struct LineTooLong: Error, Hashable, Sendable {
    /// The most bytes a line may have, its ending not counted.
    public let maximumLength: Int
}
