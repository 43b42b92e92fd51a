import Foundation
import Synchronization

/// Folders that are removed when the tests' process ends.
package final class ExitFolders: Sendable {
    private static let paths = Mutex<[String]>([])

    package init() {
        atexit {
            for path in ExitFolders.paths.withLock(\.self) {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
    }

    package func append(_ path: String) {
        Self.paths.withLock { $0.append(path) }
    }
}
