/// When a pushed reading is safe on the disk. A label always is before it is acknowledged.
public enum Durability: String, CaseIterable, Sendable {
    /// Before it is acknowledged; readings that arrived together share one sync of the disk.
    case always
    /// Within a second after it is acknowledged: a crash may lose the readings of one second.
    case second = "1s"
    /// With the next label, every ten seconds, and when the server stops. A crash may lose all readings
    /// since.
    case none

    /// The longest time between the acknowledgement of a reading and its writing, if the disk works.
    public var longestWait: Duration {
        switch self {
        case .always: .zero
        case .second: .milliseconds(500)
        case .none: .seconds(10)
        }
    }
}
