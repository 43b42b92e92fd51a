/// What a bank's row stands for: the window that ends at one reading of one meter.
public struct KnownWindow: Equatable, Sendable {
    /// The meter's number.
    public let meter: Int
    /// The end of the window, milliseconds since 1970, UTC.
    public let time: Int64
    /// The kind of anomaly, where known.
    public let kind: String?
    /// Whether a person gave the label, rather than the data set.
    public let isFromPerson: Bool

    /// A window to keep.
    public init(meter: Int, time: Int64, kind: String? = nil, isFromPerson: Bool = false) {
        self.meter = meter
        self.time = time
        self.kind = kind
        self.isFromPerson = isFromPerson
    }
}
