public import Readings

/// Which incidents are asked for.
public struct IncidentQuery: Equatable, Sendable {
    /// Only those of this meter; nil for all.
    public var meter: Name?
    /// Only those that have an alarm at or after this; nil for all.
    public var from: Timestamp?
    /// Only those that began before this; nil for all.
    public var before: Timestamp?
    /// Only those of this event; nil for all.
    public var event: Int64?
    /// Only those that are open.
    public var isOpen = false
    /// Only those with a greater number.
    public var after: Int64 = 0
    /// How many at most.
    public var limit = Int.max

    /// All incidents.
    public init() {}
}
