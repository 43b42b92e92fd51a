/// What somebody may do.
public enum Permission: String, CaseIterable, Sendable {
    /// Ask, and look.
    case reading = "read-only"
    /// Push and label too.
    case writing = "read-write"
}
