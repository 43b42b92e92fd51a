package import Logging

/// Logs the failures of work that is repeated: once when it begins to fail, and once when it works again.
package struct MaintenanceLog: Sendable {
    /// The work that fails now.
    private var failing: Set<String> = []
    /// The work that takes too long now, and when it last did.
    private var late: [String: ContinuousClock.Instant] = [:]
    private var warnings = 0
    private let logger: Logger

    /// So many warnings are logged: a client could cause one with each new meter.
    private static let warningLimit = 100
    /// How long work must be in time again before that is logged: a slow disk is in time now and then.
    private static let calm = Duration.seconds(10)

    /// A log of work that has not begun.
    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// Logs a warning, unless there were many already.
    package mutating func warn(_ warning: String) {
        guard warnings < Self.warningLimit else { return }
        warnings += 1
        let isLast = warnings == Self.warningLimit
        logger.warning("\(warning)\(isLast ? "; further warnings of this kind are not logged" : "")")
    }

    /// Does some work and logs a change from success to failure, or back.
    ///
    /// - Parameter what: the name of the work in the log.
    package mutating func attempt(_ what: String, _ body: () throws -> Void) {
        do {
            try body()
            if failing.remove(what) != nil { logger.notice("\(what) works again") }
        } catch {
            if failing.insert(what).inserted { logger.error("\(what) fails: \(error)") }
        }
    }

    /// Logs when work begins to take longer than promised, and when it has been in time again for a while.
    mutating func note(_ what: String, took duration: Duration, _ promised: Duration) {
        if duration > promised {
            let tenths = Int(duration / .milliseconds(100))
            if late.updateValue(.now, forKey: what) == nil {
                logger.error(
                    "\(what) fails: it took \(Double(tenths) / 10) seconds; the disk is slow or busy"
                )
            }
        } else if let last = late[what], ContinuousClock.now - last > Self.calm {
            late[what] = nil
            logger.notice("\(what) works again")
        }
    }
}
