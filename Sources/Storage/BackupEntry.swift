/// The header of a file in a tar archive (POSIX ustar): 512 bytes.
///
/// A header depends on the name, the size and the time alone. A reader makes the header that it expects and
/// compares it byte by byte: whatever else a tar file could hold (links, devices, other owners, paths that
/// lead elsewhere) is not understood, and so cannot do harm.
package struct BackupEntry {
    /// Entries begin at multiples of this.
    package static let block = 512

    let name: String
    let bytes: Int
    /// Seconds since 1970.
    let time: Int

    /// An entry of a file.
    package init(name: String, bytes: Int, time: Int) {
        (self.name, self.bytes, self.time) = (name, bytes, time)
    }

    /// The header.
    package var header: [UInt8] {
        var header = [UInt8](repeating: 0, count: Self.block)
        func put(_ text: some Collection<UInt8>, at place: Int) {
            for (offset, byte) in text.enumerated() { header[place + offset] = byte }
        }
        let (prefix, name) = parts
        put(name, at: 0)
        put("0000600\0".utf8, at: 100)
        put("0000000\0".utf8, at: 108)
        put("0000000\0".utf8, at: 116)
        put(Self.size(bytes), at: 124)
        put(Self.octal(time, 11), at: 136)
        put("        0".utf8, at: 148)
        put("ustar\0".utf8, at: 257)
        put("00".utf8, at: 263)
        put(prefix, at: 345)
        // The sum of all bytes, with blanks in its own place.
        put(Self.octal(header.reduce(0) { $0 + Int($1) }, 6) + [0], at: 148)
        return header
    }

    /// The zeros that fill the last block of the content.
    package var padding: [UInt8] { [UInt8](repeating: 0, count: -bytes & (Self.block - 1)) }

    /// The name in the fields of 155 and of 100 bytes.
    private var parts: (prefix: Substring.UTF8View, name: Substring.UTF8View) {
        guard name.utf8.count > 100, let slash = name.lastIndex(of: "/") else {
            return ("".prefix(0).utf8, name[...].utf8)
        }
        return (name[..<slash].utf8, name[name.index(after: slash)...].utf8)
    }

    private static func octal(_ number: Int, _ digits: Int) -> [UInt8] {
        let text = String(number, radix: 8)
        return Array((String(repeating: "0", count: max(digits - text.utf8.count, 0)) + text).utf8)
    }

    /// The size in octal digits; above 8 GiB in binary, as GNU's tar has it.
    private static func size(_ bytes: Int) -> [UInt8] {
        if bytes < 1 << 33 { return octal(bytes, 11) }
        return [0x80, 0, 0, 0] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: bytes >> ($0 * 8)) }
    }

    /// The size in a header's field; nil if it is none.
    static func size(in header: [UInt8]) -> Int? {
        let field = header[124..<136]
        if field.first == 0x80 { return field.dropFirst(4).reduce(0) { $0 << 8 | Int($1) } }
        return Int(String(decoding: field.prefix { $0 != 0 && $0 != 32 }, as: UTF8.self), radix: 8)
    }
}
