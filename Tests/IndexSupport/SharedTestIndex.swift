import Foundation
import Synchronization
import TestSupport

/// Builds the index that all suites share for whoever asks first; the others wait for it.
///
/// An actor alone would not do: while the first waits for the build, the next could begin one of its own.
package actor SharedTestIndex {
    private var outcome: Result<TestIndex, any Error>?
    private var isBuilding = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// A static is never given back, so its folder is removed when the tests' process ends.
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
        guard let outcome else { preconditionFailure("whoever waited is woken when it is built") }
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
