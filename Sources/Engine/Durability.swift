/// When a pushed reading is safe on the disk. A label always is before it is acknowledged.
public enum Durability: String, CaseIterable, Sendable {
    /// Before it is acknowledged; readings that arrived together share one sync of the disk.
    case always
    /// Within a second after it is acknowledged, if the disk takes a write within half a second: a crash may
    /// lose the readings of one second. Where it takes longer, the index says that it is lagging.
    case second = "1s"
    /// With the next label, every ten seconds, and when the server stops. A crash may lose all readings
    /// since.
    case none

    /// The time between two writes of waiting readings, counted from the beginning of each.
    public var writingInterval: Duration {
        switch self {
        case .always, .second: .milliseconds(500)
        case .none: .seconds(10)
        }
    }

    /// How long a reading may wait for the journal before that is an issue: with `1s` the promise itself.
    /// The others promise no time.
    public var longestWait: Duration {
        switch self {
        case .second: .seconds(1)
        case .always: .seconds(5)
        case .none: .seconds(15)
        }
    }
}
