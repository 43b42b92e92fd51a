internal import Readings
internal import Verdicts

/// A position in a journal: after the labels and readings with these numbers, and before those that follow.
public struct JournalPosition: Codable, Hashable, Sendable {
    /// The number of the last label or withdrawal; 0 before the first.
    public var labels: Int64
    /// The last pushed reading's number; 0 before the first.
    public var readings: Int64

    /// The position before anything was written.
    public static let start = JournalPosition(labels: 0, readings: 0)

    /// A position.
    public init(labels: Int64, readings: Int64) {
        self.labels = labels
        self.readings = readings
    }

    /// Whether this position is at or after another, in labels and in readings.
    public func reaches(_ other: JournalPosition) -> Bool {
        labels >= other.labels && readings >= other.readings
    }

    /// The earliest position that is at or after both.
    public func later(_ other: JournalPosition) -> JournalPosition {
        JournalPosition(labels: max(labels, other.labels), readings: max(readings, other.readings))
    }
}

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

    /// As an integer of SQLite.
    var value: Int64 { Int64(bitPattern: state) }
}

extension LabelEntry {
    var checksum: Int64 {
        var checksum = RowChecksum()
        checksum.add(meter.text.utf8)
        checksum.add(time.milliseconds)
        checksum.add(label.isAnomalous ? 1 : 0)
        // No kind is different from an empty one.
        checksum.add(label.kind == nil ? 0 : 1)
        checksum.add((label.kind?.text ?? "").utf8)
        return checksum.value
    }
}

extension Reading {
    var checksum: Int64 {
        var checksum = RowChecksum()
        checksum.add(meter.text.utf8)
        checksum.add(time.milliseconds)
        for value in values { checksum.add(Int64(bitPattern: value.bitPattern)) }
        return checksum.value
    }
}
