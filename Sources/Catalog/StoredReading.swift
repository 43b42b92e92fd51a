/// A reading as SQLite keeps it.
public struct StoredReading: Equatable, Sendable {
    /// Milliseconds since 1970, UTC.
    public let time: Int64
    /// One value a channel; NaN where missing.
    public let values: [Double]
    /// What is known of it.
    public let label: StoredLabel?

    /// A reading to keep.
    public init(time: Int64, values: [Double], label: StoredLabel? = nil) {
        self.time = time
        self.values = values
        self.label = label
    }
}
