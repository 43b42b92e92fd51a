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
