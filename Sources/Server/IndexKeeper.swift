public import Logging
public import ServiceLifecycle

/// Looks after served indexes by the clock: writes pushed readings down, and notices new generations and labels
/// that other processes have written.
///
/// Two loops, because opening a large generation takes seconds, and what is pushed meanwhile must not wait for it.
public struct IndexKeeper: Service {
    private let indexes: [LiveIndex]
    private let interval: Duration
    private let logger: Logger

    /// A keeper of indexes.
    ///
    /// - Parameter interval: how often it looks, and how often it writes, unless the indexes' durability asks
    ///   for less.
    public init(indexes: [LiveIndex], interval: Duration = .milliseconds(500), logger: Logger) {
        self.indexes = indexes
        self.interval = interval
        self.logger = logger
    }

    /// Looks until the surrounding service group shuts down, then writes what is left.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask {
                var troubles = Troubles(logger)
                let rest = indexes.map(\.durability.longestWait).max().map { max($0, interval) } ?? interval
                for await _ in IntervalTimer(rest).cancelOnGracefulShutdown() { write(&troubles) }
                write(&troubles)
            }
            group.addTask {
                var troubles = Troubles(logger)
                for await _ in IntervalTimer(interval).cancelOnGracefulShutdown() { notice(&troubles) }
            }
        }
    }

    private func write(_ troubles: inout Troubles) {
        for index in indexes {
            troubles.attempt("writing readings of \(index.folder.name) down") { try index.flush() }
        }
    }

    private func notice(_ troubles: inout Troubles) {
        for index in indexes {
            troubles.attempt("reading what \(index.folder.name) was told") {
                try index.noticeLabels()
                if let trouble = index.troubles.first(where: { $0.kind == .reading }) { throw trouble }
            }
            troubles.attempt("serving the newest generation of \(index.folder.name)") {
                guard try index.reload() else { return }
                logger.notice(
                    "serving another generation",
                    metadata: ["index": "\(index.folder.name)", "generation": "\(index.generation.number)"]
                )
            }
        }
    }
}
