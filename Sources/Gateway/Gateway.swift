// The one door behind all doors: what the outside may do to the served indexes, whatever protocol it speaks.
// Here stands what a push means (who may, which times are taken, when it is safe, who is told), so that a new
// protocol has only to read its bytes and to write its replies.
//
// Nothing here knows a socket. Calls that may wait for the disk say so; they block the thread that makes
// them.

public import Engine
internal import Foundation
public import Logging
public import Readings
internal import Synchronization
public import Verdicts

/// The served indexes, and all that may be done to them from outside.
public final class Gateway: Sendable {
    /// The indexes served, in the order they were given.
    public let indexes: [ServedIndex]
    /// Who may do what.
    public let access: AccessRules
    /// Every judgement and every revision, whichever door the readings came in by.
    public let judgements = JudgementStream()

    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let started = ContinuousClock.now
    private let labelsTaken = Atomic(0)

    /// A gateway to some indexes.
    ///
    /// - Parameters:
    ///   - indexes: at least one, each of another name.
    ///   - access: who may do what.
    ///   - logger: logs failures that are the server's own.
    ///   - now: the clock that readings must not be far ahead of.
    public init(
        indexes: [LiveIndex],
        access: AccessRules = AccessRules(),
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = Gateway.systemTime
    ) {
        precondition(!indexes.isEmpty, "a gateway leads to at least one index")
        self.indexes = indexes.map(ServedIndex.init)
        self.access = access
        self.logger = logger
        self.now = now
    }

    /// The time by the system's clock.
    public static let systemTime: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    /// Whole seconds since the start.
    public var uptime: Int { Int((ContinuousClock.now - started) / .seconds(1)) }

    /// How many labels were taken in since the start.
    public var labels: Int { labelsTaken.load(ordering: .relaxed) }

    /// What is wrong now with any of the indexes; empty when all is well.
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

    // MARK: Callers

    /// A caller that has shown no token yet.
    ///
    /// - Parameter name: who it is, for logs.
    public func caller(_ name: String) -> Caller { Caller(name: name, permission: access.initialPermission) }

    /// Gives a caller what its token allows.
    ///
    /// - Returns: false if the token is wrong; the caller then keeps what it had.
    public func authorise(_ caller: inout Caller, with token: String) -> Bool {
        guard let permission = access.permission(for: token) else { return false }
        caller.permission = permission
        return true
    }

    private func requireReading(_ caller: Caller) throws(RequestError) {
        guard caller.permission != nil else {
            throw RequestError(.notAuthorised, "this server needs a token; show one first")
        }
    }

    private func requireWriting(_ caller: Caller) throws(RequestError) {
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
    /// - Throws: ``RequestError`` with `not_authorised`, `unknown_meter`, `wrong_channels`, `unavailable` or
    ///   `internal`.
    public func query(
        _ reading: Reading,
        in index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        try requireReading(caller)
        return try index.live.query(
            reading.meter,
            at: reading.time,
            values: reading.values,
            options: options
        )
    }

    /// Judges a window that the caller brings along.
    ///
    /// - Throws: ``RequestError`` with `not_authorised`, `wrong_channels`, `bad_request` or `internal`.
    public func query(
        _ window: ReadingWindow,
        in index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Judgement {
        try requireReading(caller)
        return try index.live.query(
            window.meter,
            end: window.end,
            rows: window.rows,
            interval: window.interval,
            options: options
        )
    }

    /// Describes an index. Reads the disk.
    ///
    /// - Throws: ``RequestError`` with `not_authorised` or `unavailable`.
    public func info(_ index: ServedIndex, by caller: Caller) throws(RequestError) -> IndexDescription {
        try requireReading(caller)
        return try index.description()
    }

    // MARK: Changes

    /// Takes a reading in, and judges it. May wait for the disk, but not until the reading is on it.
    ///
    /// - Returns: the judgement, and the ticket that must be awaited before the reading is acknowledged.
    /// - Throws: ``RequestError`` with `not_authorised`, `read_only`, `future`, `late`, `repeated`,
    ///   `wrong_channels`, `unavailable` or `internal`. Who acknowledges a `repeated` reading as one that is
    ///   held must await ``ServedIndex/ticket()`` first, since the earlier copy may not be on the disk yet.
    public func push(
        _ reading: Reading,
        to index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> Pushed {
        try requireWriting(caller)
        return try take(reading, index, options)
    }

    /// Takes readings in by the order of their times, each as ``push(_:to:by:options:)-(Reading,_,_,_)``
    /// does.
    ///
    /// - Returns: one result for each reading, in the order given. One refused reading does not concern the
    ///   others.
    /// - Throws: ``RequestError`` with `not_authorised` or `read_only`; none is taken in then.
    public func push(
        _ readings: [Reading],
        to index: ServedIndex,
        by caller: Caller,
        options: QueryOptions = QueryOptions()
    ) throws(RequestError) -> [Result<Pushed, RequestError>] {
        try requireWriting(caller)
        var results = [Result<Pushed, RequestError>?](repeating: nil, count: readings.count)
        // By position among equal times: of two readings of one time, the first one given counts.
        let order = readings.indices.sorted { (readings[$0].time, $0) < (readings[$1].time, $1) }
        for position in order {
            results[position] = Result { () throws(RequestError) in
                try take(readings[position], index, options)
            }
        }
        return results.compactMap(\.self)
    }

    private func take(
        _ reading: Reading,
        _ index: ServedIndex,
        _ options: QueryOptions
    ) throws(RequestError) -> Pushed {
        guard reading.time.milliseconds - now().milliseconds <= Int64(Reading.futureLimit) * 1_000 else {
            throw RequestError(
                .future,
                "\(reading.time) is more than a day ahead of the server's clock; "
                    + "check the year and the time zone"
            )
        }
        let place = judgements.begin(reading, index: index.name)
        var judgement: Judgement?
        defer { if let place { judgements.end(place, reading, judgement) } }
        let judged = try index.live.push(
            reading.meter,
            at: reading.time,
            values: reading.values,
            options: options
        )
        judgement = judged
        return Pushed(judgement: judged, durable: index.ticket())
    }

    /// Labels the window that ends at a reading. Returns once the label is on the disk.
    ///
    /// - Throws: ``RequestError`` with `not_authorised`, `read_only`, `unknown_meter`, `no_reading` or
    ///   `unavailable`.
    public func label(
        _ meter: String,
        at time: Timestamp,
        as label: Label,
        in index: ServedIndex,
        by caller: Caller
    ) throws(RequestError) -> Labelled {
        try requireWriting(caller)
        let labelled = try index.live.label(meter, at: time, as: label)
        labelsTaken.add(1, ordering: .relaxed)
        return Labelled(counts: labelled.counts, labels: labelled.labels)
    }

    /// Serves the newest generation of an index. Opens files, which takes seconds for a large one.
    ///
    /// - Returns: whether another generation is served than before.
    /// - Throws: ``RequestError`` with `not_authorised`, or `unavailable`; the former generation then goes on
    ///   serving.
    public func reload(_ index: ServedIndex, by caller: Caller) throws(RequestError) -> Bool {
        try requireReading(caller)
        do {
            return try index.live.reload(again: true)
        } catch {
            logger.error("a generation cannot be served", metadata: ["error": "\(error)"])
            throw RequestError(.unavailable, "the newest generation cannot be served: \(error)")
        }
    }

    /// Serves the newest generation of each index, and logs those that cannot be served. For the server's own
    /// use.
    public func reloadAll() {
        for index in indexes {
            do {
                try index.live.reload(again: true)
            } catch {
                logger.error("a generation cannot be served", metadata: ["error": "\(error)"])
            }
        }
    }
}
