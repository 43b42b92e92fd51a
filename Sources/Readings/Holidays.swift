internal import Synchronization

/// Days of a local clock on which habits may be those of Sundays, whatever day of the week they are.
///
/// A reference to a table, so that the cadences of ten thousand meters share one. Encoded as the list of its
/// days.
public struct Holidays: Hashable, Sendable {
    private let table: DayTable

    /// The days that these are, as days since 1970-01-01; those outside 1970…2200 are left out.
    public init(_ days: some Sequence<Int64>) {
        table = DayTable.shared(days.filter { (0..<DayTable.end).contains($0) })
    }

    /// The days since 1970-01-01, ascending.
    public var days: [Int64] { table.days }

    /// Whether a day is one of them.
    @inline(__always)
    public func contains(_ day: Int64) -> Bool {
        let place = day - table.first
        guard place >= 0, place < Int64(table.bits.count) * 64 else { return false }
        return table.bits[Int(place >> 6)] & (1 << UInt64(place & 63)) != 0
    }

    /// Whether both have the same days.
    public static func == (left: Holidays, right: Holidays) -> Bool {
        left.table === right.table || left.table.days == right.table.days
    }

    /// Hashes the days.
    public func hash(into hasher: inout Hasher) { hasher.combine(table.days) }
}

extension Holidays: Codable {
    /// Reads the days.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([Int64].self))
    }

    /// Writes the days.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(days)
    }
}

/// Days, and a bit for each day from the first to the last.
private final class DayTable: Sendable {
    /// 2201-01-01.
    static let end: Int64 = 84_371

    let days: [Int64]
    let first: Int64
    let bits: [UInt64]

    private init(_ days: [Int64]) {
        self.days = days
        first = days.first ?? 0
        var bits = [UInt64](
            repeating: 0,
            count: days.isEmpty ? 0 : Int((days[days.count - 1] - first) / 64) + 1
        )
        for day in days { bits[Int((day - first) >> 6)] |= 1 << UInt64((day - first) & 63) }
        self.bits = bits
    }

    /// The table that was made last: the profiles of an index are read one after the other, and have the
    /// same.
    private static let last = Mutex<DayTable?>(nil)

    static func shared(_ days: [Int64]) -> DayTable {
        let sorted = Set(days).sorted()
        return last.withLock { last in
            if let last, last.days == sorted { return last }
            let table = DayTable(sorted)
            last = table
            return table
        }
    }
}
