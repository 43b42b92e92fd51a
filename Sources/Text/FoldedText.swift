// Words are compared without case and accents: `AOÛT`, `août` and `aout` are one word. Not Foundation's
// folding, which makes several Strings for each cell.

extension Span<UInt8> {
    /// This text in lower case, and its Latin letters without accents. A decomposed accent is left out, a
    /// no-break space is a space, any other character stays.
    public var folded: String {
        String(unsafeUninitializedCapacity: count) { room in
            var at = 0
            var length = 0
            while at < count {
                let (byte, read) = foldedByte(at)
                at += read
                if let byte {
                    room[length] = byte
                    length += 1
                }
            }
            return length
        }
    }

    /// The byte that the character at a position becomes, if any, and how many bytes it was made of.
    private func foldedByte(_ at: Int) -> (byte: UInt8?, read: Int) {
        let byte = self[at]
        guard byte >= 0xc2, at + 1 < count else { return (byte.lowercased, 1) }
        let next = self[at + 1]
        if byte == 0xc3, let letter = Self.latinLetter(next) { return (letter, 2) }
        if byte == 0xcc || byte == 0xcd { return (nil, 2) }  // combining marks
        if byte == 0xc2, next == 0xa0 { return (Byte.space, 2) }
        return (byte, 1)
    }

    /// The plain letter of U+00C0 … U+00FF, by its second byte in UTF-8; nil for those that have none.
    private static func latinLetter(_ second: UInt8) -> UInt8? {
        switch second | 0x20 {
        case 0xa0...0xa5: UInt8(ascii: "a")
        case 0xa7: UInt8(ascii: "c")
        case 0xa8...0xab: UInt8(ascii: "e")
        case 0xac...0xaf: UInt8(ascii: "i")
        case 0xb1: UInt8(ascii: "n")
        case 0xb2...0xb6: UInt8(ascii: "o")
        case 0xb9...0xbc: UInt8(ascii: "u")
        default: nil
        }
    }
}
