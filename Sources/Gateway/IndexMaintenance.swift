internal import Engine
public import Logging
public import ServiceLifecycle
internal import Storage
internal import Verdicts

/// Maintains the indexes of a gateway at fixed intervals: writes pushed readings to the journal, serves new
/// generations, and reads the labels that other processes have written.
///
/// Two loops, because opening a large generation takes seconds, and pushed readings must not wait for that.
/// Each works on a thread of its own: Swift's threads are as few as the processors, and new connections need
/// them.
public struct IndexMaintenance: Service {
    private let gateway: Gateway
    private let interval: Duration
    private let logger: Logger

    private var indexes: [LiveIndex] { gateway.indexes.map(\.live) }

    /// Maintenance of a gateway's indexes.
    ///
    /// - Parameter interval: the time between two checks, and between two writes unless the indexes'
    ///   durability allows more.
    public init(_ gateway: Gateway, interval: Duration = .milliseconds(500), logger: Logger) {
        self.gateway = gateway
        self.interval = interval
        self.logger = logger
    }

    /// Runs until the surrounding service group shuts down, then writes the remaining readings and ends the
    /// subscriptions to judgements. The servers must have stopped before.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask {
                let thread = DiskThread("maintenance.writing")
                var failures = FailureLog(logger)
                let pause = indexes.map(\.durability.longestWait).max().map { max($0, interval) } ?? interval
                for await _ in IntervalTimer(pause).cancelOnGracefulShutdown() {
                    failures = await thread.run { [failures] in write(failures) }
                }
                _ = await thread.run { [failures] in write(failures) }
            }
            group.addTask {
                let thread = DiskThread("maintenance.updating")
                var failures = FailureLog(logger)
                for await _ in IntervalTimer(interval).cancelOnGracefulShutdown() {
                    failures = await thread.run { [failures] in update(failures) }
                }
            }
            for index in indexes {
                group.addTask { await keepWatched(index) }
            }
        }
        gateway.judgements.finish()
    }

    /// Watches an index's files, and takes up what other processes write. Apart from the other loops: this is
    /// promised within a second, also while a large generation is opened.
    private func keepWatched(_ index: LiveIndex) async {
        let thread = DiskThread("\(index.folder.name).maintenance.watching")
        var failures = FailureLog(logger)
        for await _ in IntervalTimer(interval).cancelOnGracefulShutdown() {
            failures = await thread.run { [failures] in
                var failures = failures
                failures.attempt("watching the files of \(index.folder.name)") {
                    try index.watch()
                    try index.follow()
                }
                return failures
            }
        }
    }

    private func write(_ failures: FailureLog) -> FailureLog {
        var failures = failures
        for index in indexes {
            failures.attempt("writing the readings of \(index.folder.name)") { try index.flush() }
        }
        return failures
    }

    private func update(_ failures: FailureLog) -> FailureLog {
        var failures = failures
        for index in indexes {
            failures.attempt("reading the labels and readings of \(index.folder.name)") {
                try index.noticeLabels()
                if let issue = index.issues.first(where: { $0.kind == .reading }) { throw issue }
            }
            var warning: String?
            failures.attempt("comparing the names of the new meters of \(index.folder.name)") {
                warning = try index.warningOfNewMeters()
            }
            if let warning { failures.warn("\(index.folder.name): \(warning)") }
            failures.attempt("serving the newest generation of \(index.folder.name)") {
                guard try index.reload() else { return }
                logger.notice(
                    "serving another generation",
                    metadata: ["index": "\(index.folder.name)", "generation": "\(index.generation.number)"]
                )
            }
        }
        return failures
    }
}

/// Logs the failures of work that is repeated: once when it begins to fail, and once when it works again.
private struct FailureLog: Sendable {
    /// The work that fails now.
    private var failing: Set<String> = []
    private var warnings = 0
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// So many warnings are logged: a client could cause one with each new meter.
    private static let warningLimit = 100

    /// Logs a warning, unless there were many already.
    mutating func warn(_ warning: String) {
        guard warnings < Self.warningLimit else { return }
        warnings += 1
        let isLast = warnings == Self.warningLimit
        logger.warning("\(warning)\(isLast ? "; further warnings of this kind are not logged" : "")")
    }

    /// Does some work and logs a change from success to failure, or back.
    ///
    /// - Parameter what: the name of the work in the log.
    mutating func attempt(_ what: String, _ body: () throws -> Void) {
        do {
            try body()
            if failing.remove(what) != nil { logger.notice("\(what) works again") }
        } catch {
            if failing.insert(what).inserted { logger.error("\(what) fails: \(error)") }
        }
    }
}

/// Ticks at a fixed interval, counted from the end of the work between two ticks.
private struct IntervalTimer: AsyncSequence, Sendable {
    typealias Element = Void

    private let interval: Duration

    init(_ interval: Duration) {
        self.interval = interval
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let interval: Duration

        mutating func next() async -> Void? {
            do { try await Task.sleep(for: interval) } catch { return nil }
            return ()
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(interval: interval) }
}
