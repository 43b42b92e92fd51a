public import Readings
public import Storage

/// What an index is built from.
public struct IndexSource: Sendable {
    /// All meters' readings, each meter once.
    public var histories: [MeterHistory]
    /// The channels' names, in order.
    public var channels: [String]
    /// Readings whose label a person gave, by meter name.
    public var personLabels: [String: Set<Timestamp>]
    /// How far the journal has been taken in.
    public var journal: JournalPosition

    /// A source; from files there is nothing of a journal in it.
    public init(
        histories: [MeterHistory],
        channels: [String],
        personLabels: [String: Set<Timestamp>] = [:],
        journal: JournalPosition = .start
    ) {
        self.histories = histories
        self.channels = channels
        self.personLabels = personLabels
        self.journal = journal
    }
}
