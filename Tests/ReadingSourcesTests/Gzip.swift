/// Gzip without a compressor: stored blocks only (RFC 1952 around RFC 1951, 1996).
enum Gzip {
    static func member(_ bytes: [UInt8]) -> [UInt8] {
        var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        var from = 0
        repeat {
            let block = bytes[from..<Swift.min(from + 65_535, bytes.count)]
            from += block.count
            let count = UInt16(block.count)
            member.append(from == bytes.count ? 1 : 0)
            member += [UInt8(count & 0xff), UInt8(count >> 8), UInt8(~count & 0xff), UInt8(~count >> 8)]
            member += block
        } while from < bytes.count
        for word in [checksum(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) { member.append(UInt8(word >> shift & 0xff)) }
        }
        return member
    }

    /// CRC-32, bit by bit.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var remainder: UInt32 = 0xffff_ffff
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xedb8_8320 : remainder >> 1 }
        }
        return ~remainder
    }
}
