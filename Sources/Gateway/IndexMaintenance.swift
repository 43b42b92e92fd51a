internal import Engine
public import Logging
public import ServiceLifecycle
internal import Storage
internal import Verdicts

/// Maintains the indexes of a gateway at fixed intervals: writes pushed readings to the journal, serves new
/// generations, reads the labels that other processes have written, compares the names of new meters, and
/// judges windows again whose readings came late.
///
/// Five loops for each index, each on a thread of its own: opening a large generation takes seconds, pushed
/// readings must not wait for that, and no index must wait for another one's disk. Not Swift's threads: they
/// are as few as the processors, and new connections need them.
public struct IndexMaintenance: Service {
    private let gateway: Gateway
    private let interval: Duration
    private let logger: Logger

    /// Maintenance of a gateway's indexes.
    ///
    /// - Parameter interval: the time between two checks, and between two writes unless the indexes'
    ///   durability allows more.
    public init(_ gateway: Gateway, interval: Duration = .milliseconds(500), logger: Logger) {
        self.gateway = gateway
        self.interval = interval
        self.logger = logger
    }

    /// Runs until the surrounding service group shuts down, then tries once to write the remaining readings,
    /// and ends the subscriptions to judgements. The servers must have stopped before.
    /// ``Gateway/writeRemaining(within:)`` tries longer, and says what could not be written.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            for index in gateway.indexes {
                group.addTask { await keepWritten(index.live) }
                group.addTask { await keepUpToDate(index.live) }
                group.addTask { await keepCompared(index) }
                group.addTask { await keepWatched(index.live) }
                group.addTask { await keepJudgedAgain(index.live) }
            }
        }
        gateway.judgements.finish()
    }

    /// Watches an index's files, and takes up what other processes write. Apart from the other loops: this is
    /// promised within a second, also while a large generation is opened.
    private func keepWatched(_ index: LiveIndex) async {
        let thread = DiskThread("\(index.folder.name).maintenance.watching")
        var log = MaintenanceLog(logger)
        for await _ in IntervalTimer(interval).cancelOnGracefulShutdown() {
            log = await thread.run { [log] in
                var log = log
                log.attempt("watching the files of \(index.folder.name)") {
                    try index.watch()
                    try index.follow()
                }
                return log
            }
        }
    }

    /// How long no late reading of a meter must have come: a meter that was cut off sends many.
    private static let rest = Duration.seconds(1)
    /// How many steps follow each other without a pause, so that pushes and questions have the processors.
    private static let stepsAtOnce = 4

    private func keepJudgedAgain(_ index: LiveIndex) async {
        let thread = DiskThread("\(index.folder.name).maintenance.judging")
        var log = MaintenanceLog(logger)
        for await _ in IntervalTimer(interval).cancelOnGracefulShutdown() {
            log = await thread.run { [log] in judgeAgain(index, log) }
        }
    }

    private func judgeAgain(_ index: LiveIndex, _ log: MaintenanceLog) -> MaintenanceLog {
        var log = log
        log.attempt("judging windows of \(index.folder.name) again") {
            for _ in 0..<Self.stepsAtOnce {
                guard let found = try index.judgeChanged(after: Self.rest) else { return }
                gateway.judgements.announce(
                    found.revisions,
                    of: found.meter,
                    generation: found.generation,
                    index: index.folder.name.text
                )
            }
        }
        return log
    }

    private func keepWritten(_ index: LiveIndex) async {
        let thread = DiskThread("\(index.folder.name).maintenance.writing")
        let pause = max(index.durability.writingInterval, interval)
        var log = MaintenanceLog(logger)
        for await _ in IntervalTimer(pause).cancelOnGracefulShutdown() {
            log = await thread.run { [log] in write(index, log) }
        }
        _ = await thread.run { [log] in write(index, log) }
    }

    private func keepUpToDate(_ index: LiveIndex) async {
        let thread = DiskThread("\(index.folder.name).maintenance.updating")
        var log = MaintenanceLog(logger)
        for await _ in IntervalTimer(interval).cancelOnGracefulShutdown() {
            log = await thread.run { [log] in update(index, log) }
        }
    }

    /// Compares the names of new meters, and reads what comes into the journal as it comes: `INFO` need not.
    /// The first round, at the start, reads the whole journal.
    private func keepCompared(_ index: ServedIndex) async {
        var log = MaintenanceLog(logger)
        var timer = IntervalTimer(interval).cancelOnGracefulShutdown().makeAsyncIterator()
        repeat {
            log = await index.disk.describe { [log] in compare(index.live, log) }
        } while await timer.next() != nil
    }

    private func compare(_ index: LiveIndex, _ log: MaintenanceLog) -> MaintenanceLog {
        var (log, warning) = (log, String?.none)
        log.attempt("comparing the names of the new meters of \(index.folder.name)") {
            try index.prepareHoldings()
            warning = try index.warningOfNewMeters()
        }
        let warnings =
            [warning].compactMap(\.self) + index.warningsOfChangedIntervals()
            + index.warningsOfReturnedMeters()
        for warning in warnings { log.warn("\(index.folder.name): \(warning)") }
        return log
    }

    private func write(_ index: LiveIndex, _ log: MaintenanceLog) -> MaintenanceLog {
        var log = log
        let name = index.folder.name
        let before = index.counters.commits
        log.attempt("judging the readings of \(name) that were not judged") {
            try index.judgeUnjudged()
        }
        index.note(now: gateway.time)
        log.attempt("writing the readings of \(name)") {
            do { try index.flush(patience: interval) } catch let error as CatalogError
                where error.isLocked && index.journalLag < LiveIndex.lockPatience
            {
                // The next round tries again.
            }
            try index.retryWriting()
        }
        if index.durability == .second {
            let wait = index.counters.commits > before ? index.lastWait : .zero
            log.note("writing the readings of \(name) within a second", took: wait, .seconds(1))
        }
        return log
    }

    private func update(_ index: LiveIndex, _ log: MaintenanceLog) -> MaintenanceLog {
        var log = log
        log.attempt("reading the labels and readings of \(index.folder.name)") {
            try index.noticeLabels()
            if let issue = index.issues.first(where: { $0.kind == .reading }) { throw issue }
        }
        log.attempt("serving the newest generation of \(index.folder.name)") {
            guard try index.reload() else { return }
            logger.notice(
                "serving another generation",
                metadata: ["index": "\(index.folder.name)", "generation": "\(index.generation.number)"]
            )
        }
        return log
    }
}

/// Ticks at a fixed interval, counted from the last tick; at once if the work after that took longer.
private struct IntervalTimer: AsyncSequence, Sendable {
    typealias Element = Void

    private let interval: Duration

    init(_ interval: Duration) {
        self.interval = interval
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let interval: Duration
        fileprivate var next: ContinuousClock.Instant

        mutating func next() async -> Void? {
            do { try await Task.sleep(until: next, clock: .continuous) } catch { return nil }
            next = .now + interval
            return ()
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(interval: interval, next: .now + interval) }
}
