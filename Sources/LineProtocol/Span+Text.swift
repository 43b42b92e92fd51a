// What the parser needs from a line's bytes.

extension Span<UInt8> {
    /// True if these bytes are UTF-8 and hold no control characters (C0 other than tab, DEL, C1). Looked at once for
    /// the whole line, so that nothing after it has to.
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

    /// The text of these bytes, which were found to be UTF-8.
    func string(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// At most 40 bytes of the text in quotes, to show in a sentence.
    func excerpt(_ range: Range<Int>) -> String {
        let most = 40
        guard range.count > most else { return "'\(string(range))'" }
        var upper = range.lowerBound + most
        while upper > range.lowerBound, self[upper] & 0xC0 == 0x80 { upper -= 1 }
        return "'\(string(range.lowerBound..<upper))…'"
    }
}
