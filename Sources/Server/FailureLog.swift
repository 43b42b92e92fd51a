internal import Logging

/// Logs the failures of work that is repeated: once when it begins to fail, and once when it works again.
struct FailureLog {
    /// The work that fails now.
    private var failing: Set<String> = []
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// Does some work and logs a change from success to failure, or back.
    ///
    /// - Parameter what: the work's name in the log.
    mutating func attempt(_ what: String, _ body: () throws -> Void) {
        do {
            try body()
            if failing.remove(what) != nil { logger.notice("\(what) works again") }
        } catch {
            if failing.insert(what).inserted { logger.error("\(what) fails: \(error)") }
        }
    }
}
