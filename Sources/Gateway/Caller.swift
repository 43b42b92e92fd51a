public import Verdicts

/// Who calls, and what it may do. Made by ``Gateway/caller(_:)``, and changed by
/// ``Gateway/authorise(_:with:)`` alone.
public struct Caller: Sendable {
    /// Who it is, for logs.
    public let name: String
    /// What it may do; nil until it has shown a token, where one is needed.
    public internal(set) var permission: Permission?
}

/// A reading that was taken in.
public struct Pushed: Sendable {
    /// What the index says of it.
    public let judgement: Judgement
    /// What must be awaited before the reading is acknowledged; nil if the index promises no more than to
    /// write it soon.
    public let durable: DurabilityTicket?
}

/// A label that is on the disk.
public struct Labelled: Equatable, Sendable {
    /// Whether it counts from the next query on. If not, it counts from the next rebuild on, because the
    /// reading's history was too short to be judged.
    public let counts: Bool
    /// How many labels the index was ever given, this one included.
    public let labels: Int
}
