/// How far a journal has been taken in: everything numbered at or below is known.
public struct JournalPosition: Codable, Hashable, Sendable {
    /// The last label's number; 0 before the first.
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

    /// Whether everything another position has taken in is taken in here.
    public func reaches(_ other: JournalPosition) -> Bool {
        labels >= other.labels && readings >= other.readings
    }

    /// The nearest position that reaches both.
    public func later(_ other: JournalPosition) -> JournalPosition {
        JournalPosition(labels: max(labels, other.labels), readings: max(readings, other.readings))
    }
}
