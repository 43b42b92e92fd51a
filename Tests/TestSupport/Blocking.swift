internal import Foundation

/// A blocking operation, started immediately on a thread of its own, so that a test can run several of them
/// at once.
///
/// Dispatch queues and tasks would not do: both run only as many operations at a time as there are
/// processors. On a busy machine, the operation that a test waits for might not even start.
public struct Blocking<Result: Sendable>: Sendable {
    private let outcome: AsyncThrowingStream<Result, any Error>

    /// Starts the operation.
    public init(_ body: @escaping @Sendable () throws -> Result) {
        let (outcome, continuation) = AsyncThrowingStream<Result, any Error>.makeStream()
        self.outcome = outcome
        Thread.detachNewThread {
            do {
                continuation.yield(try body())
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
    }

    /// The result of the operation. May be awaited only once.
    public var value: Result {
        get async throws {
            for try await value in outcome { return value }
            throw CancellationError()
        }
    }
}

/// Runs a blocking operation on a thread of its own, and waits for it.
public func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
{
    try await Blocking(body).value
}
