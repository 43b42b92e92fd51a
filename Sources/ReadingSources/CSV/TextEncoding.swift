// What the bytes of a text file mean. A byte order mark decides; else UTF-16 shows by its zeros, and a text
// that is not UTF-8 is taken for Windows-1252, which what Excel calls CSV has been for thirty years. ISO
// 8859-1 is the same but for control characters that no file has.

internal import Text

/// How the characters of a text file are written as bytes.
public enum TextEncoding: String, Sendable, CaseIterable, Codable {
    /// UTF-8, with ASCII.
    case utf8 = "UTF-8"
    /// Windows-1252.
    case windows1252 = "Windows-1252"
    /// UTF-16, the low byte first.
    case utf16LittleEndian = "UTF-16LE"
    /// UTF-16, the high byte first.
    case utf16BigEndian = "UTF-16BE"

    /// The encoding of a file that begins with these bytes, and how many bytes its mark has.
    static func of(_ start: ArraySlice<UInt8>) -> (encoding: TextEncoding, mark: Int) {
        if start.starts(with: [0xef, 0xbb, 0xbf]) { return (.utf8, 3) }
        if start.starts(with: [0xff, 0xfe]) { return (.utf16LittleEndian, 2) }
        if start.starts(with: [0xfe, 0xff]) { return (.utf16BigEndian, 2) }
        // Every second byte of Latin text in UTF-16 is zero.
        let pairs = start.count / 2
        let zeros = (0..<pairs).reduce(into: (first: 0, second: 0)) { zeros, pair in
            if start[start.startIndex + pair * 2] == 0 { zeros.first += 1 }
            if start[start.startIndex + pair * 2 + 1] == 0 { zeros.second += 1 }
        }
        guard pairs >= 8, !start.contains(where: { $0 != 0 && $0 < Byte.space && !$0.isBlank }) else {
            return (.utf8, 0)
        }
        if zeros.second * 10 > pairs * 9, zeros.first == 0 { return (.utf16LittleEndian, 0) }
        if zeros.first * 10 > pairs * 9, zeros.second == 0 { return (.utf16BigEndian, 0) }
        return (.utf8, 0)
    }
}

/// Counts what a text would be as UTF-8, block by block.
struct UTF8Check {
    /// Characters of several bytes, as UTF-8 writes them.
    private(set) var characters = 0
    /// Bytes that UTF-8 does not have where they are.
    private(set) var strayBytes = 0
    /// Bytes of a character that are still to come.
    private var missing = 0

    /// Whether the text is rather Windows-1252: it has more bytes that are wrong in UTF-8 than characters
    /// that are right. A few damaged bytes do not make another text of a file.
    var isWindows1252: Bool { strayBytes > characters }

    /// Takes the next bytes.
    mutating func take(_ bytes: Span<UInt8>) {
        var at = 0
        while true {
            if missing == 0 { at = bytes.firstBeyondASCII(from: at) }
            guard at < bytes.count else { return }
            take(bytes[at])
            at += 1
        }
    }

    private mutating func take(_ byte: UInt8) {
        if missing > 0 {
            if byte & 0xc0 == 0x80 {
                missing -= 1
                if missing == 0 { characters += 1 }
                return
            }
            (strayBytes, missing) = (strayBytes + 1, 0)
        }
        switch byte {
        case 0..<0x80: break
        case 0xc2...0xdf: missing = 1
        case 0xe0...0xef: missing = 2
        case 0xf0...0xf4: missing = 3
        default: strayBytes += 1
        }
    }
}

/// Turns bytes of another encoding into UTF-8, block by block.
struct Transcoder {
    let encoding: TextEncoding
    /// Half of a pair of bytes, or half of a surrogate pair, that waits for the rest.
    private var half: UInt8?
    private var highSurrogate: UInt16?

    init(_ encoding: TextEncoding) {
        self.encoding = encoding
    }

    /// Appends the text of some bytes to others. What is no character becomes U+FFFD.
    mutating func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        for index in 0..<bytes.count {
            if encoding == .windows1252 {
                Self.append(Self.scalar(windows1252: bytes[index]), to: &output)
                continue
            }
            guard let first = half else {
                half = bytes[index]
                continue
            }
            half = nil
            let (low, high) =
                encoding == .utf16LittleEndian ? (first, bytes[index]) : (bytes[index], first)
            append(unit: UInt16(high) << 8 | UInt16(low), to: &output)
        }
    }

    private mutating func append(unit: UInt16, to output: inout [UInt8]) {
        if let high = highSurrogate {
            highSurrogate = nil
            if (0xdc00...0xdfff).contains(unit) {
                let code = 0x1_0000 + (UInt32(high) - 0xd800) << 10 + UInt32(unit) - 0xdc00
                Self.append(Unicode.Scalar(code) ?? "\u{fffd}", to: &output)
                return
            }
            Self.append("\u{fffd}", to: &output)
        }
        if (0xd800...0xdbff).contains(unit) {
            highSurrogate = unit
        } else {
            Self.append(Unicode.Scalar(unit) ?? "\u{fffd}", to: &output)
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private static func scalar(windows1252 byte: UInt8) -> Unicode.Scalar {
        guard (0x80...0x9f).contains(byte) else { return Unicode.Scalar(byte) }
        return Unicode.Scalar(high[Int(byte) - 0x80]) ?? "\u{fffd}"
    }

    /// The characters of 0x80…0x9f (WHATWG, Encoding Standard, index windows-1252).
    private static let high: [UInt16] = [
        0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152,
        0x8d, 0x017d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
        0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
    ]
}
