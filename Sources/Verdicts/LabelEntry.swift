public import Readings

/// A label that a person gave to the window that ends at a reading.
public struct LabelEntry: Equatable, Sendable {
    /// The reading's meter.
    public let meter: Name
    /// The reading's time: the end of the window.
    public let time: Timestamp
    /// The label.
    public let label: Label

    /// A label of the reading of a meter at a time.
    public init(meter: Name, time: Timestamp, label: Label) {
        self.meter = meter
        self.time = time
        self.label = label
    }
}

/// What became of a label that is on the disk.
public struct Labelled: Equatable, Sendable {
    /// Whether it counts from the next query on. If not, it counts from the next rebuild on, because the
    /// reading's history was too short to be judged.
    public let counts: Bool
    /// How many labels the index was ever given, this one included.
    public let labels: Int

    /// What became of a label.
    public init(counts: Bool, labels: Int) {
        self.counts = counts
        self.labels = labels
    }
}
