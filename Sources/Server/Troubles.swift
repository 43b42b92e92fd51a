internal import Logging

/// Things that are tried again and again: trouble is told once when it begins, and once when it is over.
struct Troubles {
    private var current: Set<String> = []
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// Tries something.
    ///
    /// - Parameter what: its name in the log.
    mutating func attempt(_ what: String, _ body: () throws -> Void) {
        do {
            try body()
            if current.remove(what) != nil { logger.notice("\(what) works again") }
        } catch {
            if current.insert(what).inserted { logger.error("\(what) fails: \(error)") }
        }
    }
}
