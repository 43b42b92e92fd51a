internal import Foundation

/// Something that blocks, begun at once on a thread of its own, so that a test can do several such things at
/// once.
///
/// Neither on Dispatch's threads nor as a task: of both no more run at a time than there are processors, so
/// that on a busy machine what a test waits for might not even begin.
public struct Blocking<Result: Sendable>: Sendable {
    private let outcome: AsyncThrowingStream<Result, any Error>

    /// Begins it.
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

    /// What it returned; to be asked for once.
    public var value: Result {
        get async throws {
            for try await value in outcome { return value }
            throw CancellationError()
        }
    }
}

/// Runs something that blocks on a thread of its own, and waits for it.
public func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
{
    try await Blocking(body).value
}
