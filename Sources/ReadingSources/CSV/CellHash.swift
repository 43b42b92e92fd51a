internal import Text

extension Span<UInt8> {
    /// A hash of these bytes: FNV-1a (Fowler, Noll, Vo, 1991) over eight bytes at a time, with its high bits
    /// folded down.
    var cellHash: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(count)
        var at = 0
        while at + 8 <= count {
            hash = (hash ^ word(at)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
            at += 8
        }
        while at < count {
            hash = (hash ^ UInt64(self[at])) &* 0x100_0000_01b3
            at += 1
        }
        return hash ^ (hash >> 32)
    }
}

extension UInt64 {
    /// This hash and another as one, in this order.
    func joined(_ other: UInt64) -> UInt64 {
        var hash = (self ^ (other &* 0x9e37_79b9_7f4a_7c15)) &* 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 33
        return hash
    }
}
