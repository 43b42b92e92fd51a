public import Verdicts

/// A client and its permission. Made by ``Gateway/caller(_:)``, and changed only by
/// ``Gateway/authorise(_:with:)``.
public struct Caller: Sendable {
    /// The client's name, for logs.
    public let name: String
    /// Its permission; nil until it has shown a token, if one is needed.
    public internal(set) var permission: Permission?
}

/// A reading that was taken in.
public struct Pushed: Sendable {
    /// The judgement of the reading.
    public let judgement: Judgement
    /// The ticket that must be awaited before the reading is acknowledged; nil if the index only promises to
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
