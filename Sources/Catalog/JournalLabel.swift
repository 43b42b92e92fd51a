/// A label somebody gave, as the journal keeps it.
public struct JournalLabel: Equatable, Sendable {
    /// The meter it speaks of.
    public let meter: String
    /// The end of the window it speaks of, milliseconds since 1970, UTC.
    public let time: Int64
    /// What it says.
    public let label: StoredLabel

    /// A label to keep.
    public init(meter: String, time: Int64, label: StoredLabel) {
        self.meter = meter
        self.time = time
        self.label = label
    }
}
