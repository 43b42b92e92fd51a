// Text as bytes: what the parser reads of a line, and what the writer may put in one.

internal import NIOCore

extension Span<UInt8> {
    /// True if these bytes are UTF-8 without control characters (C0 other than tab, DEL, C1). Checked once
    /// for the whole line, so that the parser need not check again.
    var isCleanText: Bool {
        var previous: UInt8 = 0
        for index in indices {
            let byte = self[index]
            if byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F { return false }
            // C1 controls are C2 80 to C2 9F.
            if previous == 0xC2 && byte < 0xA0 { return false }
            previous = byte
        }
        return (try? UTF8Span(validating: self)) != nil
    }

    /// The text of these bytes, which must be UTF-8.
    func string(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The text in quotes, cut to 40 bytes, for an error's sentence.
    func excerpt(_ range: Range<Int>) -> String {
        let limit = 40
        guard range.count > limit else { return "'\(string(range))'" }
        var upper = range.lowerBound + limit
        while upper > range.lowerBound, self[upper] & 0xC0 == 0x80 { upper -= 1 }
        return "'\(string(range.lowerBound..<upper))…'"
    }
}

extension UInt8 {
    /// A space or a tab.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// A decimal digit.
    var isDigit: Bool { self &- UInt8(ascii: "0") <= 9 }

    /// The value of a hexadecimal digit; nil for any other byte.
    var hexadecimalDigit: UInt8? {
        if isDigit { return self &- UInt8(ascii: "0") }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter <= 5 ? letter + 10 : nil
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The scalar at an index and its length in bytes if it is a control character (C0, DEL, C1), U+2028 or
    /// U+2029.
    ///
    /// JSON itself forbids only the controls below a blank. Clients that split their input with a library may
    /// also break lines at C1 controls such as NEL, and at the two separators of Unicode.
    func scalarBreakingLines(at index: Int) -> (scalar: UInt32, length: Int)? {
        let byte = self[index]
        if byte < 0x20 || byte == 0x7F { return (UInt32(byte), 1) }
        if byte == 0xC2, index + 1 < count, self[index + 1] < 0xA0 { return (UInt32(self[index + 1]), 2) }
        if byte == 0xE2, index + 2 < count, self[index + 1] == 0x80, self[index + 2] | 1 == 0xA9 {
            return (0x2000 + UInt32(self[index + 2] & 0x3F), 3)
        }
        return nil
    }
}

extension String.UTF8View {
    /// Calls `body` with the bytes, which are copied first if the string does not hold them in one piece.
    func withContiguousBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        if withContiguousStorageIfAvailable(body) == nil {
            Array(self).withUnsafeBufferPointer(body)
        }
    }
}

extension ByteBuffer {
    /// Appends text of at most `limit` bytes, cut between scalars, with a blank in place of each character
    /// that would break the line.
    mutating func writeSentence(_ text: String, limit: Int) {
        text.utf8.withContiguousBytes { bytes in
            var index = 0
            var written = 0
            while index < bytes.count {
                let breaking = bytes.scalarBreakingLines(at: index)
                let length = breaking?.length ?? bytes[index].scalarLength
                guard index + length <= bytes.count, written + length <= limit else { return }
                if breaking == nil {
                    writeBytes(bytes[index..<index + length])
                } else {
                    writeInteger(UInt8(ascii: " "))
                }
                written += length
                index += length
            }
        }
    }
}

extension UInt8 {
    /// The number of bytes of the scalar that this byte begins.
    fileprivate var scalarLength: Int {
        switch self {
        case ..<0xC0: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }
}
