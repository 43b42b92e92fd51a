import Foundation
import Synchronization

/// The processes that are to end with this one, whichever way it ends.
final class ChildRegistry: Sendable {
    private let processes = Mutex<Set<Int32>>([])

    func add(_ process: Int32) {
        processes.withLock { _ = $0.insert(process) }
    }

    func remove(_ process: Int32) {
        processes.withLock { _ = $0.remove(process) }
    }

    /// Asks all of them to end.
    func terminate() {
        for process in processes.withLock({ $0 }) { kill(process, SIGTERM) }
    }
}
