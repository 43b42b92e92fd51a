import Foundation
import Synchronization
import TestSupport

/// The index that all suites share: the first suite to ask builds it, the others wait.
///
/// An actor alone is not enough: while the first caller awaits the build, the next one could start another.
package actor SharedTestIndex {
    private var outcome: Result<TestIndex, any Error>?
    private var isBuilding = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// The folder of the index. A static value is never released, so the folder is removed when the process
    /// exits.
    private static let path = Mutex("")

    /// The index.
    package func value() async throws -> TestIndex {
        if let outcome { return try outcome.get() }
        if isBuilding {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isBuilding = true
            outcome = await Self.build()
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        guard let outcome else { preconditionFailure("waiting callers continue when the index is built") }
        return try outcome.get()
    }

    private static func build() async -> Result<TestIndex, any Error> {
        do {
            let index = try await TestIndex()
            path.withLock { $0 = index.home.path }
            atexit {
                let path = SharedTestIndex.path.withLock(\.self)
                try? FileManager.default.removeItem(atPath: path)
            }
            return .success(index)
        } catch {
            return .failure(error)
        }
    }
}
