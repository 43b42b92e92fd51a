/// A checksum over one row of the journal (FNV-1a, Fowler, Noll and Vo 1991): SQLite notices a broken page,
/// not a flipped bit in a value.
struct RowChecksum {
    private(set) var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        // An end mark, so that moving a byte from one field to the next shows.
        state = (state ^ 0x100) &* 0x0000_0100_0000_01b3
    }

    mutating func add(_ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { add($0) }
    }

    /// As SQLite keeps integers.
    var value: Int64 { Int64(bitPattern: state) }
}

extension JournalLabel {
    var checksum: Int64 {
        var checksum = RowChecksum()
        checksum.add(meter.utf8)
        checksum.add(time)
        checksum.add(label.isAnomalous ? 1 : 0)
        // No kind is not an empty one.
        checksum.add(label.kind == nil ? 0 : 1)
        checksum.add((label.kind ?? "").utf8)
        return checksum.value
    }
}

extension JournalReading {
    var checksum: Int64 {
        var checksum = RowChecksum()
        checksum.add(meter.utf8)
        checksum.add(time)
        for value in values { checksum.add(Int64(bitPattern: value.bitPattern)) }
        return checksum.value
    }
}
