internal import Engine
public import Incidents
public import Storage

/// The changes of an index's incidents that a sink has not delivered yet. They are in the journal: what is
/// not delivered when the server ends, or is killed, is delivered when it runs again.
///
/// The disk is read and written on a thread of the outbox's own, so that a slow sink delays nothing else.
public struct Outbox: Sendable {
    /// The index's name.
    public let index: String
    private let sink: String
    private let journal: Journal
    private let thread: DiskThread

    /// The outbox of a sink; nil if the index was opened for reading only.
    ///
    /// - Parameter sink: the sink's name.
    public init?(of index: ServedIndex, for sink: String) {
        guard let journal = index.live.sinkJournal else { return nil }
        self.init(index.name, journal, for: sink)
    }

    /// The outbox of a sink, in a journal.
    package init(_ index: String, _ journal: Journal, for sink: String) {
        (self.index, self.journal, self.sink) = (index, journal, sink)
        thread = DiskThread("\(index).sink.\(sink)")
    }

    /// How far the sink has come. One that is new begins at now. Waits for the disk.
    ///
    /// - Returns: the number of the last change that need not be delivered.
    public func begin() throws(CatalogError) -> Int64 {
        try journal.beginSink(sink)
    }

    /// The changes after one, in order.
    ///
    /// - Parameter limit: how many at most.
    public func changes(
        after number: Int64,
        limit: Int
    ) async throws(CatalogError) -> [IncidentChange] {
        try await run { () throws(CatalogError) in
            try journal.incidentChanges(after: number, limit: limit)
        }
    }

    /// How many changes there are after one.
    public func count(after number: Int64) async throws(CatalogError) -> Int {
        try await run { () throws(CatalogError) in try journal.countOfChanges(after: number) }
    }

    /// The incidents that are open.
    public func openIncidents() async throws(CatalogError) -> [Incident] {
        try await run { () throws(CatalogError) in
            var query = IncidentQuery()
            query.isOpen = true
            return try journal.incidents(query)
        }
    }

    /// Keeps that all changes up to one need not be delivered any more.
    public func keep(_ number: Int64) async throws(CatalogError) {
        try await run { () throws(CatalogError) in
            try journal.keep(sink: sink, delivered: number, patience: .milliseconds(250))
        }
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(CatalogError) -> Value
    ) async throws(CatalogError) -> Value {
        try await thread.run { Result { () throws(CatalogError) in try body() } }.get()
    }
}
