internal import Gateway
internal import Incidents
internal import Logging
internal import Readings
internal import ServiceLifecycle
internal import Storage

/// Delivers the changes of one index's incidents to one sink, one after the other.
///
/// One that fails holds up those behind it, so that each incident's changes come in their order; it is read
/// from the journal again before each attempt, as the incident is by then. How far the sink has come is kept
/// after each delivery: what was under way when the program was killed is delivered twice, and nothing else.
struct SinkTask: Sendable {
    private let what: String
    private let outbox: Outbox
    private let destination: any Destination
    private let patience: SinkPatience
    private let counts: SinkCounts
    private let now: @Sendable () -> Timestamp
    private let started: Timestamp
    private var log: MaintenanceLog
    private var backoff: Backoff
    /// The last change that need not be delivered, and what the journal knows of that.
    private var (position, kept): (Int64, Int64)
    private var toldAgain: ContinuousClock.Instant?

    /// How many changes are read at once.
    private static let batch = 100
    /// How often what waits is counted, while nothing can be delivered.
    private static let counting = Duration.seconds(5)

    /// - Parameter position: where the outbox begins.
    init(
        _ outbox: Outbox,
        from position: Int64,
        to destination: any Destination,
        counts: SinkCounts,
        patience: SinkPatience,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        (self.outbox, self.destination, self.counts) = (outbox, destination, counts)
        (self.patience, self.now) = (patience, now)
        what = "to the sink \(counts.sink) what changed of the incidents of \(outbox.index)"
        started = now()
        log = MaintenanceLog(logger)
        backoff = Backoff(patience)
        (self.position, kept) = (position, position)
    }

    /// Whether nothing new is to be begun.
    private var isEnding: Bool { Task.isCancelled || Task.isShuttingDownGracefully }

    /// Delivers until the surrounding service group shuts down or the task is cancelled; what is under way by
    /// then is finished, unless the task is cancelled.
    mutating func run() async {
        while !isEnding {
            await deliverWaiting()
            if !isEnding, !backoff.isFailing { await tellAgain() }
            await pause()
        }
        if kept < position { await keep() }
    }

    private mutating func deliverWaiting() async {
        while !isEnding {
            let read: Result<[IncidentChange], CatalogError>
            do { read = .success(try await outbox.changes(after: position, limit: Self.batch)) } catch {
                read = .failure(error)
            }
            log.attempt("reading what changed of the incidents of \(outbox.index)") { _ = try read.get() }
            guard case .success(let changes) = read, !changes.isEmpty else { return }
            for change in changes where !isEnding {
                await attempt(change)
                // Of what is then read again, this may be the newer one of two.
                if backoff.isFailing { return }
            }
        }
    }

    /// Tries to deliver a change.
    private mutating func attempt(_ change: IncidentChange) async {
        guard let incident = change.incident else {
            counts.givenUp.count()
            log.warn(
                "incident \(change.id) of \(outbox.index) was altered in the journal, and is not sent on"
            )
            return await advance(to: change.number)
        }
        let delivery = Delivery(index: outbox.index, change: change.number, incident: incident, now: now())
        do throws(DeliveryFailure) {
            try await destination.deliver(delivery)
            counts.delivered.count()
            succeed()
            await advance(to: change.number)
        } catch {
            if Task.isCancelled { return }
            await note(error, of: delivery, written: change.time)
        }
    }

    private mutating func note(_ failure: DeliveryFailure, of delivery: Delivery, written: Timestamp) async {
        counts.failed.count()
        switch failure {
        case .refused(let reason):
            // The other side is there and answers.
            succeed()
            await giveUp(delivery, "it was refused: \(reason)")
        case .temporary(let reason):
            backoff.fail()
            log.attempt("delivering \(what)") { throw FailedDelivery(reason: reason) }
            let age = delivery.now.milliseconds - max(written, started).milliseconds
            if Duration.milliseconds(age) > patience.giveUp {
                await giveUp(
                    delivery,
                    "it was tried for \(patience.giveUp / .seconds(3_600)) hours: \(reason)"
                )
            }
        }
    }

    private mutating func giveUp(_ delivery: Delivery, _ reason: String) async {
        counts.givenUp.count()
        log.warn("the sink \(counts.sink) never gets the change \(delivery.id), as \(reason)")
        await advance(to: delivery.change)
    }

    private mutating func succeed() {
        backoff.succeed()
        log.attempt("delivering \(what)") {}
    }

    private mutating func advance(to number: Int64) async {
        position = number
        await keep()
    }

    private mutating func keep() async {
        let outcome: Result<Void, CatalogError>
        do { outcome = .success(try await outbox.keep(position)) } catch { outcome = .failure(error) }
        if case .success = outcome { kept = position }
        log.attempt("keeping how far the sink \(counts.sink) has come") { try outcome.get() }
    }

    private mutating func tellAgain() async {
        guard let interval = destination.repetition else { return }
        if let toldAgain, ContinuousClock.now - toldAgain < interval { return }
        toldAgain = .now
        do {
            let open = try await outbox.openIncidents()
            try await destination.tellAgain(open, of: outbox.index, at: now())
            log.attempt("telling the sink \(counts.sink) again what is open") {}
        } catch {
            if Task.isCancelled { return }
            counts.failed.count()
            let reason = (error as? DeliveryFailure)?.reason ?? "\(error)"
            log.attempt("telling the sink \(counts.sink) again what is open") {
                throw FailedDelivery(reason: reason)
            }
        }
    }

    /// Waits for the next round, and counts what waits meanwhile.
    private func pause() async {
        let end = ContinuousClock.now + max(backoff.pause, patience.polling)
        while !isEnding {
            if let count = try? await outbox.count(after: position) { counts.waiting = count }
            let left = end - .now
            guard left > .zero else { return }
            let step = min(left, Self.counting)
            _ = try? await cancelWhenGracefulShutdown { try await Task.sleep(for: step) }
        }
    }
}

/// A reason, as the log wants it.
private struct FailedDelivery: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
