// What may stand in a reply's line. JSON itself forbids only the controls below a blank; clients that split their
// input with a library also break at DEL's neighbours, NEL and the two separators of Unicode.

extension UnsafeBufferPointer<UInt8> {
    /// The scalar at an index and its length in bytes if it is a control character (C0, DEL, C1), U+2028 or U+2029.
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
