public import Engine
public import Logging
public import ServiceLifecycle
internal import Storage

/// Maintains served indexes by the clock: writes pushed readings to the journal, and takes in new generations
/// and the labels that other processes have written.
///
/// Two loops, because opening a large generation takes seconds, and pushed readings must not wait for that.
public struct IndexMaintenance: Service {
    private let indexes: [LiveIndex]
    private let interval: Duration
    private let logger: Logger

    /// Maintenance that has not begun yet.
    ///
    /// - Parameter interval: the time between two checks, and between two writes unless the indexes'
    ///   durability allows more.
    public init(indexes: [LiveIndex], interval: Duration = .milliseconds(500), logger: Logger) {
        self.indexes = indexes
        self.interval = interval
        self.logger = logger
    }

    /// Runs until the surrounding service group shuts down, then writes what is left.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask {
                var failures = FailureLog(logger)
                let pause = indexes.map(\.durability.longestWait).max().map { max($0, interval) } ?? interval
                for await _ in IntervalTimer(pause).cancelOnGracefulShutdown() { write(&failures) }
                write(&failures)
            }
            group.addTask {
                var failures = FailureLog(logger)
                for await _ in IntervalTimer(interval).cancelOnGracefulShutdown() { update(&failures) }
            }
        }
    }

    private func write(_ failures: inout FailureLog) {
        for index in indexes {
            failures.attempt("writing the readings of \(index.folder.name)") { try index.flush() }
        }
    }

    private func update(_ failures: inout FailureLog) {
        for index in indexes {
            failures.attempt("reading the labels and readings of \(index.folder.name)") {
                try index.noticeLabels()
                if let trouble = index.troubles.first(where: { $0.kind == .reading }) { throw trouble }
            }
            failures.attempt("serving the newest generation of \(index.folder.name)") {
                guard try index.reload() else { return }
                logger.notice(
                    "serving another generation",
                    metadata: ["index": "\(index.folder.name)", "generation": "\(index.generation.number)"]
                )
            }
        }
    }
}
