// Meters, labels and kinds come as bytes, two million times over. This table answers "have I seen these
// bytes, and what number did they get" without making a String for a Dictionary's key first.

/// Numbers names in the order they first come up.
struct NameTable {
    private var slots: [Int32] = Array(repeating: -1, count: 64)  // a power of two, open addressing
    private var bytes: [UInt8] = []
    private var entries: [(hash: UInt64, start: Int, count: Int)] = []
    private var last = -1

    /// How many names there are.
    var count: Int { entries.count }

    /// The number of a name seen before, or nil.
    mutating func number(of name: Span<UInt8>) -> Int? {
        if last >= 0, holds(name, at: last) { return last }  // rows of one meter mostly stand together
        let hash = Self.hash(name)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let entry = Int(slots[slot])
            if entries[entry].hash == hash, holds(name, at: entry) {
                last = entry
                return entry
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Gives a name that is not in the table the next number.
    mutating func add(_ name: Span<UInt8>) {
        if entries.count * 2 >= slots.count { grow() }
        entries.append((Self.hash(name), bytes.count, name.count))
        for index in 0..<name.count { bytes.append(name[index]) }
        place(entries.count - 1)
    }

    private func holds(_ name: Span<UInt8>, at entry: Int) -> Bool {
        let (_, start, count) = entries[entry]
        guard count == name.count else { return false }
        for index in 0..<count where bytes[start + index] != name[index] { return false }
        return true
    }

    private mutating func place(_ entry: Int) {
        var slot = Int(truncatingIfNeeded: entries[entry].hash) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(entry)
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for entry in entries.indices { place(entry) }
    }

    /// FNV-1a (Fowler, Noll, Vo, 1991), with its high bits folded down for the short names meters have.
    private static func hash(_ name: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<name.count { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 32)
    }
}
