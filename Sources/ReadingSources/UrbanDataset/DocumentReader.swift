internal import Text

/// Cuts a file of JSON into its documents: one a line (NDJSON), or one after the other over any number of
/// lines.
struct DocumentReader: ~Copyable {
    /// A document as it stands in its file.
    struct Document {
        let bytes: [UInt8]
        /// The line on which it begins, from 1.
        let line: Int
    }

    /// The largest document; it is in memory as a whole.
    static let largest = 64 << 20
    private static let blockSize = 256 << 10

    private var source: TextSource
    private var buffer: [UInt8] = []
    /// What of the buffer is not yet given.
    private var start = 0
    private var hasEnded = false
    private var line = 1
    /// Whether each line is a document; nil until the first lines were seen.
    private var isByLine: Bool?

    init(_ file: InputFile, encoding: TextEncoding?) throws(ReadingsError) {
        source = try TextSource.opening(file, encoding: encoding)
    }

    /// Bytes that were read from the disk.
    var bytesRead: Int { source.bytesRead }

    /// Whether a file begins as JSON does.
    static func isJSON(_ file: InputFile, encoding: TextEncoding?) throws(ReadingsError) -> Bool {
        var reader = try DocumentReader(file, encoding: encoding)
        guard let first = try reader.firstByte() else { return false }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// The next document; nil at the end of the file.
    ///
    /// - Throws: ``ReadingsError`` with `tooLarge` for one over ``largest``.
    mutating func next() throws(ReadingsError) -> Document? {
        guard let first = try firstByte() else { return nil }
        if isByLine == nil { isByLine = try findForm() }
        let begins = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        return isByLine == true || !begins ? try takeLine() : try takeBalanced()
    }

    /// Passes blanks and gives the first other byte; nil at the end.
    private mutating func firstByte() throws(ReadingsError) -> UInt8? {
        while true {
            while start < buffer.count, buffer[start].isBlank {
                if buffer[start] == Byte.lineFeed { line += 1 }
                start += 1
            }
            if start < buffer.count { return buffer[start] }
            guard try fill() else { return nil }
        }
    }

    /// Whether the first line is a whole document, or the second one behind a first that is damaged: a line
    /// of a document that is spread over lines is short.
    private mutating func findForm() throws(ReadingsError) -> Bool {
        let end = try lineEnd(from: start)
        if isWhole(start..<end) { return true }
        guard end < buffer.count, end - start > Self.longLine else { return false }
        let length = end - start
        let second = try lineEnd(from: end + 1)
        let line = (start + length + 1)..<second
        return isWhole(line) && String(decoding: buffer[line], as: UTF8.self).contains("\"values\"")
    }

    private static let longLine = 200

    private func isWhole(_ line: Range<Int>) -> Bool {
        var nesting = Nesting()
        guard let end = nesting.end(buffer, line) else { return false }
        return buffer[end..<line.upperBound].allSatisfy(\.isBlank)
    }

    private mutating func takeLine() throws(ReadingsError) -> Document {
        let end = try lineEnd(from: start)
        return take(upTo: end)
    }

    private mutating func takeBalanced() throws(ReadingsError) -> Document {
        var nesting = Nesting()
        var seen = start
        while true {
            if let end = nesting.end(buffer, seen..<buffer.count) { return take(upTo: end) }
            let passed = buffer.count - start
            guard try fill() else { return take(upTo: buffer.count) }
            seen = start + passed
        }
    }

    private mutating func take(upTo end: Int) -> Document {
        let document = Document(bytes: Array(buffer[start..<end]), line: line)
        for byte in document.bytes where byte == Byte.lineFeed { line += 1 }
        start = end
        return document
    }

    /// Where the line ends that begins at a place.
    private mutating func lineEnd(from place: Int) throws(ReadingsError) -> Int {
        let offset = place - start
        var seen = place
        while true {
            if let end = buffer[seen...].firstIndex(of: Byte.lineFeed) { return end }
            let passed = buffer.count - start
            guard try fill() else { return buffer.count }
            seen = start + max(passed, offset)
        }
    }

    /// Reads more behind what is not yet given; false at the end of the file.
    private mutating func fill() throws(ReadingsError) -> Bool {
        guard !hasEnded else { return false }
        if start > 0 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        guard buffer.count <= Self.largest else { throw tooLarge() }
        let filled = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: max(Self.blockSize, filled)))
        let count = try buffer.withUnsafeMutableBufferPointer { (room) throws(ReadingsError) in
            try source.read(into: UnsafeMutableBufferPointer(rebasing: room[filled...]))
        }
        buffer.removeSubrange((filled + count)...)
        hasEnded = count == 0
        return count > 0
    }

    private func tooLarge() -> ReadingsError {
        ReadingsError(
            .tooLarge,
            file: source.name,
            line: line,
            "a document of JSON has more than \(SizeLimit.words(Self.largest)); write one UrbanDataset a line, with "
                + "fewer lines of values each"
        )
    }
}

/// How deep a text of JSON is nested, byte by byte.
private struct Nesting {
    private var depth = 0
    private var isText = false
    private var isEscaped = false

    /// Where the first value ends in a part of a text; nil if not in this part.
    mutating func end(_ bytes: [UInt8], _ part: Range<Int>) -> Int? {
        for index in part {
            let byte = bytes[index]
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == Byte.quote {
                    isText = false
                }
                continue
            }
            switch byte {
            case Byte.quote: isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return index + 1 }
            default: break
            }
        }
        return nil
    }
}
