// All operations on the served indexes, for all protocols. The gateway checks whether a caller may push, and
// whether a time is too far in the future. It gives the ticket for a reading that must be on the disk, and
// the judgements for subscribers. `LiveIndex` decides whether a reading is late or repeated. A new protocol
// parses its requests, checks the length of names and the size of values, and writes its replies.
//
// Nothing here depends on sockets. Calls that may wait for the disk say so; they block the thread that makes
// them, except those whose names say that they do not.

public import Engine
internal import Foundation
public import Logging
public import Readings
internal import Synchronization
public import Verdicts

/// The served indexes, and all operations on them.
public final class Gateway: Sendable {
    /// The indexes served, in the order they were given.
    public let indexes: [ServedIndex]
    /// The permissions of callers.
    public let access: AccessRules
    /// All judgements and revisions, whichever protocol the readings came by.
    public let judgements = JudgementStream()

    let logger: Logger
    let now: @Sendable () -> Timestamp
    private let started = ContinuousClock.now
    let labelsTaken = Atomic(0)
    let wrong: WrongTokens

    /// A gateway to some indexes.
    ///
    /// - Parameters:
    ///   - indexes: at least one, each of another name.
    ///   - access: the permissions of callers.
    ///   - logger: logs failures that are the server's own.
    ///   - now: the clock that readings must not be far ahead of.
    ///   - instant: the clock by which wrong tokens are forgiven.
    public init(
        indexes: [LiveIndex],
        access: AccessRules = AccessRules(),
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = Gateway.systemTime,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        precondition(!indexes.isEmpty, "a gateway serves at least one index")
        self.indexes = indexes.map(ServedIndex.init)
        self.access = access
        self.logger = logger
        self.now = now
        wrong = WrongTokens(now: instant)
    }

    /// The time by the system's clock.
    public static let systemTime: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    /// Whole seconds since the start.
    public var uptime: Int { Int((ContinuousClock.now - started) / .seconds(1)) }

    /// How many labels were taken in since the start.
    public var labels: Int { labelsTaken.load(ordering: .relaxed) }

    /// The issues that any of the indexes has now; empty when all is well.
    public var issues: [HealthIssue] { indexes.flatMap(\.issues) }

    /// The index of a name.
    ///
    /// - Throws: ``RequestError`` with `unknown_index`.
    public func index(named name: String) throws(RequestError) -> ServedIndex {
        guard let index = indexes.first(where: { $0.name == name }) else {
            throw RequestError(.unknownIndex, "no index of this name is served; served are \(names)")
        }
        return index
    }

    /// The names of the indexes, for a sentence.
    public var names: String { indexes.map(\.name).joined(separator: ", ") }

    // MARK: Permissions

    func requireReading(_ caller: Caller) throws(RequestError) {
        guard caller.permission != nil else {
            throw RequestError(.notAuthorised, "this server needs a token; show one first")
        }
    }

    func requireWriting(_ caller: Caller) throws(RequestError) {
        guard !access.isReadOnly else {
            throw RequestError(.readOnly, "this server is read-only; it was started with --read-only")
        }
        try requireReading(caller)
        guard caller.permission == .writing else {
            throw RequestError(.readOnly, "the token shown is read-only; show a read-write token")
        }
    }

    // MARK: Questions

    /// Judges a reading without keeping it. May wait for the disk.
    ///
    /// - Throws: ``RequestError`` with `not_authorised`, `unknown_meter`, `wrong_channels`, `limit`,
    ///   `bad_request`, `bad_value`, `unavailable` or `internal`.
    public func query(
        _ reading: Reading,
        in index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        try requireReading(caller)
        try RequestLimit.check(reading)
        try RequestLimit.check(options)
        return try index.live.query(
            reading.meter,
            at: reading.time,
            values: reading.values,
            options: options
        )
    }

    /// Judges a reading without keeping it, and does not block the calling thread: what the memory cannot
    /// answer is answered on a thread of the index.
    ///
    /// - Throws: as ``query(_:in:by:options:)-(Reading,_,_,_)``.
    public func queryNonBlocking(
        _ reading: Reading,
        in index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) async throws(RequestError) -> Judgement {
        try requireReading(caller)
        try RequestLimit.check(reading)
        try RequestLimit.check(options)
        let answer = try index.live.queryFromMemory(
            reading.meter,
            at: reading.time,
            values: reading.values,
            options: options
        )
        if let answer { return answer }
        return try await index.disk.read(reading.meter) { () throws(RequestError) in
            try self.query(reading, in: index, by: caller, options: options)
        }
    }

    /// Judges a window that the query contains.
    ///
    /// - Throws: ``RequestError`` with `not_authorised`, `wrong_channels`, `limit`, `bad_request`,
    ///   `bad_value` or `internal`.
    public func query(
        _ window: ReadingWindow,
        in index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        try requireReading(caller)
        try RequestLimit.check(name: window.meter, as: "meter")
        for row in window.rows { try RequestLimit.check(values: row) }
        try RequestLimit.check(options)
        return try index.live.query(
            window.meter,
            end: window.end,
            rows: window.rows,
            interval: window.interval,
            options: options
        )
    }

    /// What was said of the pushed readings of a meter. Reads the disk, and does not block the calling
    /// thread.
    ///
    /// - Parameters:
    ///   - from: only readings at or after this.
    ///   - before: only readings earlier than this.
    ///   - limit: of how many readings at most.
    /// - Throws: ``RequestError`` with `not_authorised`, `limit`, `bad_request`, `unknown_meter` or
    ///   `unavailable`.
    public func judgements(
        of meter: Name,
        from: Timestamp,
        before: Timestamp,
        limit: Int,
        in index: ServedIndex,
        by caller: Caller
    ) async throws(RequestError) -> [KeptJudgement] {
        try requireReading(caller)
        try RequestLimit.check(name: meter, as: "meter")
        return try await index.disk.read(meter) { () throws(RequestError) in
            try index.live.judgements(of: meter, from: from, before: before, limit: limit)
        }
    }

    /// Describes an index. Reads the disk, and does not block the calling thread.
    ///
    /// - Throws: ``RequestError`` with `not_authorised` or `unavailable`.
    public func info(_ index: ServedIndex, by caller: Caller) async throws(RequestError) -> IndexDescription {
        try requireReading(caller)
        return try await index.disk.describe { () throws(RequestError) in try index.description() }
    }
}
