import Foundation

/// Runs something that blocks on a thread of its own, so that a test can do several such things at once.
///
/// Not on Dispatch's threads: it starts no more of them than it finds processors free, so that on a busy machine
/// what a test waits for might not even begin.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result(catching: body)) }
    }
}
