// How rows are kept while a file is read: names and labels as numbers, and each meter's rows as columns. A
// String or a `Label?` per row would be allocated, or reference-counted, two million times.

internal import Readings
internal import Text

/// Numbers names, given as bytes, in the order in which they first occur.
struct NameTable: Sendable {
    private var slots: [Int32] = Array(repeating: -1, count: 64)  // a power of two, open addressing
    private var bytes: [UInt8] = []
    private var entries: [(hash: UInt64, start: Int, count: Int)] = []
    private var last = -1

    /// How many names there are.
    var count: Int { entries.count }

    /// The number of a name that was added; nil for any other.
    mutating func number(of name: Span<UInt8>) -> Int? {
        if last >= 0, holds(name, at: last) { return last }  // rows of one meter are mostly neighbours
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

    /// Adds a name that is not in the table; it gets the next number.
    mutating func add(_ name: Span<UInt8>) {
        if entries.count * 2 >= slots.count { grow() }
        entries.append((Self.hash(name), bytes.count, name.count))
        for index in 0..<name.count { bytes.append(name[index]) }
        place(entries.count - 1)
    }

    /// The name of a number that was given to one.
    func name(_ number: Int) -> ArraySlice<UInt8> {
        let (_, start, count) = entries[number]
        return bytes[start..<(start + count)]
    }

    private func holds(_ name: Span<UInt8>, at entry: Int) -> Bool {
        let (_, start, count) = entries[entry]
        guard count == name.count else { return false }
        return bytes.span.extracting(start..<(start + count)).isSame(as: name)
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

    /// FNV-1a (Fowler, Noll, Vo, 1991), with its high bits folded down, since meters' names are short.
    private static func hash(_ name: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<name.count { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 32)
    }
}

/// Numbers labels: 0 for unlabelled, 1 for normal, 2 for anomalous without a kind, from 3 on anomalous with a
/// kind.
struct LabelTable {
    static let none: Int32 = 0
    private static let normal: Int32 = 1
    private static let anomalous: Int32 = 2
    private static let firstKind: Int32 = 3

    private var kinds = NameTable()
    private var labels: [Label?] = [nil, .normal, .anomalous(kind: nil)]
    /// What the words mean that were read so far: there are few of them, and a row for each.
    private var words = NameTable()
    private var meanings: [LabelWords.Meaning] = []
    private var reading = LabelWords()

    /// The label of a number.
    func label(_ code: Int32) -> Label? { labels[Int(code)] }

    /// The number of a row's label and kind, given without blanks around them.
    mutating func code(label: Span<UInt8>, kind: Span<UInt8>?, _ reading: LabelWords) -> Int32 {
        switch meaning(of: label, reading) {
        case .unlabelled: return Self.none
        case .normal: return Self.normal
        case .anomalous, .kind:
            if let kind, !MissingWords().contains(kind) { return code(kind: kind) }
            return meaning(of: label, reading) == .kind ? code(kind: label) : Self.anomalous
        }
    }

    private mutating func meaning(of word: Span<UInt8>, _ reading: LabelWords) -> LabelWords.Meaning {
        if reading != self.reading { (words, meanings, self.reading) = (NameTable(), [], reading) }
        if let number = words.number(of: word) { return meanings[number] }
        words.add(word)
        meanings.append(reading.read(word))
        return meanings[meanings.count - 1]
    }

    /// The number of a label.
    mutating func code(of label: Label?) -> Int32 {
        switch label {
        case nil: Self.none
        case .normal?: Self.normal
        case .anomalous(kind: nil)?: Self.anomalous
        case .anomalous(let kind?)?: code(kind: Array(kind.text.utf8).span)
        }
    }

    private mutating func code(kind: Span<UInt8>) -> Int32 {
        if let number = kinds.number(of: kind) { return Self.firstKind + Int32(number) }
        kinds.add(kind)
        labels.append(.anomalous(kind: Name(kind.text)))
        return Self.firstKind + Int32(kinds.count - 1)
    }
}
