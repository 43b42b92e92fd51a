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

    /// The label of a number.
    func label(_ code: Int32) -> Label? { labels[Int(code)] }

    /// The number of a row's label and kind, given without blanks around them.
    mutating func code(label: Span<UInt8>, kind: Span<UInt8>?) -> Int32 {
        let code = Self.word(label)
        if let code, code < Self.anomalous { return code }
        if let kind, !NumberField.isMissing(kind) { return self.code(kind: kind) }
        return code ?? self.code(kind: label)
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

    /// The number of a word that means anomalous, normal or unlabelled; nil for any other text, which is a
    /// kind.
    private static func word(_ text: Span<UInt8>) -> Int32? {
        if text.count == 1 {
            if text[0] == Byte.zero { return normal }
            if text[0] == Byte.zero + 1 { return anomalous }
        }
        if NumberField.isMissing(text) { return none }
        if case .number(let number) = NumberField(text, decimalComma: false) {
            return number == 0 ? normal : number == 1 ? anomalous : nil
        }
        if text.equals("false") || text.equals("normal") || text.equals("ok") || text.equals("no") {
            return normal
        }
        let isAnomalous =
            text.equals("true") || text.equals("anomaly") || text.equals("anomalous") || text.equals("yes")
        return isAnomalous ? anomalous : nil
    }
}

/// One meter's rows in the order in which they came.
struct MeterRows {
    let meter: Name
    let channelCount: Int
    private var times: [Timestamp] = []
    private var values: [Double] = []
    private var labels: [Int32] = []
    private var isAscending = true
    private var latest = Timestamp(milliseconds: .min)
    /// Rows that are earlier than a row before them.
    private(set) var outOfOrder = 0

    init(meter: Name, channelCount: Int) {
        self.meter = meter
        self.channelCount = channelCount
    }

    /// How many rows there are.
    var count: Int { times.count }

    /// Adds a row.
    mutating func append(_ time: Timestamp, _ row: [Double], _ label: Int32) {
        if time > latest {
            latest = time
        } else {
            isAscending = false
            if time < latest { outOfOrder += 1 }
        }
        times.append(time)
        values.append(contentsOf: row)
        labels.append(label)
    }

    /// The rows in order of time; of several at one time, the one that came last.
    consuming func history(_ table: LabelTable) -> MeterHistory {
        guard !isAscending else {
            return MeterHistory(
                meter: meter,
                channelCount: channelCount,
                times: times,
                values: values,
                labels: labels.map(table.label)
            )
        }
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        let kept = order.indices.filter { index in
            index + 1 == order.count || times[order[index + 1]] != times[order[index]]
        }.map { order[$0] }
        var sorted: [Double] = []
        sorted.reserveCapacity(kept.count * channelCount)
        for row in kept { sorted += values[(row * channelCount)..<((row + 1) * channelCount)] }
        return MeterHistory(
            meter: meter,
            channelCount: channelCount,
            times: kept.map { times[$0] },
            values: sorted,
            labels: kept.map { table.label(labels[$0]) }
        )
    }
}
