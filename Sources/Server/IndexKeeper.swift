public import AnomalyIndex
public import Logging
public import ServiceLifecycle

/// Looks after served indexes by the clock: writes pushed readings down, and notices new generations and labels
/// that other processes have written.
public struct IndexKeeper: Service {
    private let indexes: [LiveIndex]
    private let interval: Duration
    private let logger: Logger

    /// A keeper of indexes.
    ///
    /// - Parameter interval: how often it looks; what a crash of the machine may cost of pushed readings.
    public init(indexes: [LiveIndex], interval: Duration = .milliseconds(500), logger: Logger) {
        self.indexes = indexes
        self.interval = interval
        self.logger = logger
    }

    /// Looks until the surrounding service group shuts down, then writes what is left.
    public func run() async throws {
        var troubled: Set<String> = []
        let isOver = AsyncTimer(interval).cancelOnGracefulShutdown()
        for await _ in isOver { keep(&troubled) }
        keep(&troubled)
    }

    /// One look. Trouble is told once when it begins, and once when it is over.
    private func keep(_ troubled: inout Set<String>) {
        for index in indexes {
            tend("writing readings down", index, &troubled) { try index.flush() }
            tend("noticing labels", index, &troubled) { try index.noticeLabels() }
            tend("serving the newest generation", index, &troubled) {
                if try index.reload() {
                    logger.notice(
                        "serving a new generation",
                        metadata: [
                            "index": "\(index.folder.name)", "generation": "\(index.generation.number)",
                        ]
                    )
                }
            }
        }
    }

    private func tend(
        _ what: String,
        _ index: LiveIndex,
        _ troubled: inout Set<String>,
        _ body: () throws -> Void
    ) {
        let name = "\(what) of \(index.folder.name)"
        do {
            try body()
            if troubled.remove(name) != nil { logger.notice("\(name) works again") }
        } catch {
            if troubled.insert(name).inserted { logger.error("\(name) fails: \(error)") }
        }
    }
}

/// Beats at even intervals.
struct AsyncTimer: AsyncSequence, Sendable {
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
