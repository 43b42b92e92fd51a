/// When a pushed reading is safe on the disk. A label always is before it is acknowledged, whatever this
/// says.
public enum Durability: String, CaseIterable, Sendable {
    /// Before it is acknowledged; readings that arrived together share one sync of the disk.
    case always
    /// Within a second of being acknowledged: that much a crash may cost.
    case second = "1s"
    /// Whenever something else writes, every ten seconds, and at an orderly end. A crash may cost all since.
    case none

    /// How long after being acknowledged a reading is written at the latest, if the disk takes it.
    public var longestWait: Duration {
        switch self {
        case .always: .zero
        case .second: .milliseconds(500)
        case .none: .seconds(10)
        }
    }
}
